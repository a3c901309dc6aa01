import type { SkippedFile, SkipReason } from "../../../worker/contract/index.ts";
import { plural } from "../ui/format.ts";

/** Headings of the lists of skipped files, by reason. */
export const skipLabels: Record<SkipReason, string> = {
  file_too_large: "Larger than your plan allows",
  project_too_large: "Over your plan's project size",
  invalid_name: "Names that not every system can have",
  link: "Links",
  special_file: "Special files",
  binary_lockfile: "Binary lock file (run “bun install --save-text-lockfile”)",
  build_output: "Build output",
  environment: "Files with keys",
  dependencies: "Installed packages",
  cache: "Caches",
  version_control: "Version control",
  system_file: "System files",
};

/** Reasons that may break a build, since these files are not generated or downloaded again. */
const missed: readonly SkipReason[] = ["file_too_large", "project_too_large", "invalid_name", "link"];

export const isMissed = ({ reason }: SkippedFile): boolean => missed.includes(reason);

/**
 * Says how many files were left out that the app may need, and how to add them.
 * @returns null where there are none
 */
export function missedAdvice(skipped: readonly SkippedFile[]): string | null {
  const missing = skipped.filter(isMissed);
  if (missing.length === 0) return null;
  const [it, version] = missing.length === 1 ? ["it", "a smaller version"] : ["them", "smaller versions"];
  const renamed = missing.filter(({ reason }) => reason === "invalid_name").length;
  const small = `If the app needs ${it}, add ${version}.`;
  const rename = `If the app needs ${it}, add ${it} under ${missing.length === 1 ? "another name" : "other names"}.`;
  const both = `If the app needs ${it}, add ${version}, or ${it} under other names.`;
  const advice = renamed === 0 ? small : renamed === missing.length ? rename : both;
  return `${plural(missing.length, "file wasn't", "files weren't")} imported. ${advice}`;
}

/** Groups skipped files by reason, in the order of first occurrence. */
export function byReason(skipped: readonly SkippedFile[]): { reason: SkipReason; files: SkippedFile[] }[] {
  const groups = new Map<SkipReason, SkippedFile[]>();
  for (const one of skipped) groups.set(one.reason, [...(groups.get(one.reason) ?? []), one]);
  return [...groups].map(([reason, files]) => ({ reason, files }));
}

/** Derives a project's name from a file's or folder's name. */
export const nameFromFile = (file: string): string =>
  file
    .replace(/\.(zip|tar\.gz|tgz)$/i, "")
    .trim()
    .slice(0, 100) || "Imported";
