import { applyPatch, parsePatch, type StructuredPatch } from "diff";
import { satisfies } from "semver";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { normalize } from "../project/paths.ts";
import { PackageArchive } from "./package-archive.ts";
import { PackageUnavailable } from "./package-unavailable.ts";
import type { PackagePatch } from "./patches.ts";
import type { PlannedPackage } from "./plan-packages.ts";
import type { Registry } from "./registry.ts";

/** The files that patches change in a package, by path; null for a removed file. `key` identifies their content. */
export type PatchedFiles = { key: string; files: ReadonlyMap<string, Uint8Array | null> };

/** Limits the search for hunks, which tries every line of a file. */
const MAX_STEPS = 20_000_000;

/**
 * Opens a planned package with the project's patches applied.
 * @throws {PackageUnavailable}
 */
export async function openPlanned(planned: PlannedPackage, registry: Pick<Registry, "open">): Promise<PackageArchive> {
  const archive = await registry.open(planned);
  if (planned.patched === undefined) return archive;
  const { files } = planned.patched;
  const index = new Map((await archive.list()).map(({ path, size }) => [path, size]));
  const own = new Map<string, Uint8Array>();
  for (const [path, content] of files) {
    if (content === null) index.delete(path);
    else {
      index.set(path, content.length);
      own.set(path, content);
    }
  }
  return new PackageArchive(
    async () => ({ index, files: own }),
    (paths) => archive.read(paths),
  );
}

/**
 * Applies a project's patches to the packages that it uses. A patch that does not apply causes a warning and is skipped
 * as a whole.
 * @returns the packages, with the files that patches changed
 */
export async function withPatches(
  packages: PlannedPackage[],
  patches: readonly PackagePatch[],
  registry: Pick<Registry, "open">,
): Promise<{ packages: PlannedPackage[]; diagnostics: Diagnostic[] }> {
  if (patches.length === 0) return { packages, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const warn = ({ path }: PackagePatch, message: string): void => {
    diagnostics.push({ path: `/${path}`, line: 0, column: 0, severity: "warning", message });
  };
  for (const patch of patches.filter(({ text }) => text === null)) {
    if (packages.some(({ name }) => name === patch.name))
      warn(
        patch,
        `The patch ${patch.path} of "${patch.name}" is not in the project, so the package is built without it.`,
      );
  }
  for (const patch of patches.filter(({ range }) => range !== null)) {
    const used = packages.filter(({ name }) => name === patch.name);
    if (used.length === 0 || used.some((one) => isFor(patch, one))) continue;
    const versions = [...new Set(used.map(({ version }) => version))].join(" and ");
    warn(
      patch,
      `The patch ${patch.path} is for "${patch.name}" ${patch.range}, but ${versions} is installed, so the package is built without it.`,
    );
  }
  const made = packages.map(async (planned) => {
    const own = patches.filter((patch) => patch.text !== null && isFor(patch, planned));
    if (own.length === 0) return planned;
    const patched = await patchedFiles(planned, own, registry, warn);
    return patched === null ? planned : { ...planned, patched };
  });
  return { packages: await Promise.all(made), diagnostics };
}

const isFor = ({ name, range }: PackagePatch, planned: PlannedPackage): boolean =>
  name === planned.name && (range === null || range === planned.version || satisfies(planned.version, range, true));

async function patchedFiles(
  planned: PlannedPackage,
  patches: readonly PackagePatch[],
  registry: Pick<Registry, "open">,
  warn: (patch: PackagePatch, message: string) => void,
): Promise<PatchedFiles | null> {
  const archive = await opened(planned, registry);
  if (archive === null) return null;
  let files = new Map<string, string | null>();
  const applied: string[] = [];
  for (const patch of patches) {
    const changed = await changedBy(patch.text ?? "", files, archive);
    if (changed === null)
      warn(
        patch,
        `The patch ${patch.path} does not apply to "${planned.name}" ${planned.version}, so it was skipped. Recreate it for this version.`,
      );
    else {
      files = changed;
      applied.push(patch.text ?? "");
    }
  }
  if (applied.length === 0) return null;
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(applied))),
  );
  const bytes = [...files].map(
    ([path, text]) => [path, text === null ? null : new TextEncoder().encode(text)] as const,
  );
  return {
    key: Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    files: new Map(bytes),
  };
}

/** An unreadable archive is reported where something imports the package. */
async function opened(planned: PlannedPackage, registry: Pick<Registry, "open">): Promise<PackageArchive | null> {
  try {
    return await registry.open(planned);
  } catch (failure) {
    if (failure instanceof PackageUnavailable) return null;
    throw failure;
  }
}

/**
 * Applies one more patch.
 * @returns the changed files, null for removed files; null when a part of the patch does not apply
 */
async function changedBy(
  patch: string,
  before: ReadonlyMap<string, string | null>,
  archive: PackageArchive,
): Promise<Map<string, string | null> | null> {
  const parts = parsedPatch(patch);
  if (parts === null) return null;
  const paths = new Set(parts.flatMap(({ from }) => (from === null ? [] : [from])));
  const read = await archive.read(paths);
  const textOf = (path: string): string | null => {
    const known = before.get(path);
    if (known !== undefined) return known;
    const content = read.get(path);
    return content === undefined ? null : new TextDecoder().decode(content);
  };
  const files = new Map(before);
  for (const { from, to, change } of parts) {
    const text = from === null ? "" : textOf(from);
    const isTooLong = change.hunks.length * (text ?? "").length > MAX_STEPS;
    const changed = text === null || isTooLong ? false : applyPatch(text, change);
    if (changed === false) return null;
    if (from !== null && from !== to) files.set(from, null);
    if (to !== null) files.set(to, changed);
  }
  return files;
}

/** A change to one file: its paths in the package before and after, null where the file does not exist. */
type Part = { from: string | null; to: string | null; change: StructuredPatch };

/** Parses a patch. Returns null for text that is not a patch, and for patches of binary files. */
function parsedPatch(patch: string): Part[] | null {
  try {
    const changes = parsePatch(patch).filter(
      ({ hunks, isRename, isCreate, isDelete }) => hunks.length > 0 || isRename || isCreate || isDelete,
    );
    if (changes.length === 0 || changes.some(({ isBinary }) => isBinary)) return null;
    return changes.map((change) => ({ from: pathOf(change.oldFileName), to: pathOf(change.newFileName), change }));
  } catch (failure) {
    // The library throws an error without a class of its own for text that is not a patch.
    if (failure instanceof Error) return null;
    throw failure;
  }
}

/** `a/dist/x.js`, or `a/node_modules/name/dist/x.js` as patch-package writes it, in the package. */
function pathOf(name: string | undefined): string | null {
  if (name === undefined || name === "/dev/null") return null;
  const path = name.replace(/^[ab]\//, "").replace(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//, "");
  return normalize(path);
}
