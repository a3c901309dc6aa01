import { type Plan, plans } from "../billing/index.ts";
import type { SkippedFile } from "../contract/index.ts";
import { AppError, formatExcess, formatSize } from "../errors.ts";
import { isAsset, isGenerated, maxUncountedBytes } from "./file-limit.ts";

type Sized = { path: string; bytes: number };
type Total = { files: number; bytes: number };

/**
 * Chooses the files of an archive that fit a project. When they exceed the limits, omits assets, the largest first; never
 * sources, since the rest would be a different program.
 * @returns the omitted assets
 * @throws AppError `project_too_large` when the sources alone exceed the limits; its members name the largest folders,
 *   and the plan that would allow everything
 */
export function assetsBeyondLimit(files: Sized[], plan: Plan): SkippedFile[] {
  const skipped: SkippedFile[] = [];
  let total = totalOf(files);
  if (fits(total, plan)) return skipped;
  const assets = files.filter(({ path }) => isAsset(path)).sort((a, b) => b.bytes - a.bytes);
  for (const { path, bytes } of assets) {
    skipped.push({ path, bytes, reason: "project_too_large" });
    total = { files: total.files - 1, bytes: total.bytes - bytes };
    if (fits(total, plan)) return skipped;
  }
  throw tooLarge(files, total, plan);
}

const fits = ({ files, bytes }: Total, plan: Plan): boolean =>
  files <= plan.filesPerProject && bytes <= plan.projectBytes;

/**
 * Sums the counted sizes for a project's limits: all files, and all bytes except those of lock files and declarations.
 */
function totalOf(files: Sized[]): Total {
  const sum = (some: Sized[]) => some.reduce((bytes, file) => bytes + file.bytes, 0);
  const generated = sum(files.filter(({ path }) => isGenerated(path)));
  return { files: files.length, bytes: sum(files) - Math.min(generated, maxUncountedBytes) };
}

function tooLarge(files: Sized[], sources: Total, plan: Plan): AppError {
  const larger = Object.values(plans).find((other) => fits(sources, other))?.name ?? null;
  const folders = largestFolders(files);
  const [size, allowed] = formatExcess(sources.bytes, plan.projectBytes);
  const what =
    sources.files > plan.filesPerProject
      ? `has ${sources.files} files without images and other assets. Your plan allows ${plan.filesPerProject}.`
      : `unpacks to ${size} without images and other assets. Your plan allows ${allowed}.`;
  const [largest] = folders;
  const partly =
    largest === undefined
      ? ""
      : ` The largest folder is ${largest.path} with ${largest.files} files (${formatSize(largest.bytes)}).`;
  const wayOut = larger === null ? "Import part of it." : `Import part of it, or upgrade to the ${larger} plan.`;
  return new AppError("project_too_large", `The archive ${what}${partly} ${wayOut}`, {
    members: { ...sources, maxFiles: plan.filesPerProject, maxBytes: plan.projectBytes, plan: larger, folders },
  });
}

const maxFolders = 5;

function largestFolders(files: Sized[]): (Total & { path: string })[] {
  const folders = new Map<string, Total>();
  for (const { path, bytes } of files) {
    if (isAsset(path) || !path.includes("/")) continue;
    const folder = path.slice(0, path.indexOf("/"));
    const before = folders.get(folder) ?? { files: 0, bytes: 0 };
    folders.set(folder, { files: before.files + 1, bytes: before.bytes + bytes });
  }
  const largest = [...folders].sort(([, a], [, b]) => b.bytes - a.bytes || b.files - a.files);
  return largest.slice(0, maxFolders).map(([path, total]) => ({ path, ...total }));
}
