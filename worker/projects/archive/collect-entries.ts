import type { Plan } from "../../billing/index.ts";
import type { SkippedFile, SkipReason } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { checkedPath } from "../file-path.ts";
import { wrappingFolder } from "./archive-names.ts";
import { type ArchiveEntry, type ArchiveSource, type EntryKind, refuseBomb, refused } from "./archive-source.ts";
import { ignoredBy, withoutZone } from "./ignored-paths.ts";

/**
 * The maximum number of entries in memory. Ignored folders, such as installed packages, may have more entries, since only
 * their sums are kept.
 */
const maxEntries = 100_000;
const maxHeldEntries = 20_000;

/** A file of an archive, with its path in the project. */
export type Located<Entry> = { path: string; entry: Entry };

/** The validated listing of an archive. */
export type Collected<Entry> = {
  files: Located<Entry>[];
  /** Entries omitted because of their name or kind. */
  skipped: SkippedFile[];
  /** Whether the archive is one of our exports, of which nothing is unwrapped or omitted. */
  isOwnExport: boolean;
};

/**
 * Lists an archive, and unwraps a single folder that contains everything.
 * @throws AppError `invalid_archive` or `invalid_path` with the entry's name, when another program could unpack
 * something else or elsewhere; `project_too_large` when there are too many entries
 */
export async function collectEntries<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  packedBytes: number,
  plan: Plan,
): Promise<Collected<Entry>> {
  const { held, ignored, isOwnExport } = await listEntries(source, packedBytes, plan);
  const kept = held.filter(({ kind }) => kind !== "folder");
  const folder = isOwnExport ? "" : wrappingFolder(kept.map(({ name }) => name));
  const unwrapped = (name: string) => (name.startsWith(folder) ? name.slice(folder.length) : name);
  const all = kept.map((entry) => ({ path: checkedPath(unwrapped(entry.name)), entry }));
  return {
    files: all.filter(({ entry }) => entry.kind === "file"),
    skipped: [
      ...ignored.map((folder) => ({ ...folder, path: unwrapped(folder.path) })),
      ...all.flatMap(({ path, entry: { kind, bytes } }) => {
        const reason = reasonOf[kind];
        return reason === null ? [] : [{ path, bytes, reason }];
      }),
    ],
    isOwnExport,
  };
}

const reasonOf: Record<EntryKind, SkipReason | null> = {
  file: null,
  folder: null,
  link: "link",
  special: "special_file",
};

type Listed<Entry> = { held: Entry[]; ignored: SkippedFile[]; isOwnExport: boolean };

async function listEntries<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  packedBytes: number,
  plan: Plan,
): Promise<Listed<Entry>> {
  const names = new Set<string>();
  const ignored = new Map<string, SkippedFile>();
  const held: Entry[] = [];
  let isOwnExport = true;
  let entries = 0;
  let unpackedBytes = 0;
  for await (const entry of source.list()) {
    entries += 1;
    if (entries > maxEntries || held.length === maxHeldEntries) throw tooManyEntries(plan);
    refuseEntry(entry, names);
    isOwnExport &&= source.isOwn(entry);
    unpackedBytes += entry.bytes;
    const part = ignoredBy(entry.name);
    if (part === null || isOwnExport) held.push(entry);
    if (part !== null) {
      const bytes = (ignored.get(part.path)?.bytes ?? 0) + entry.bytes;
      ignored.set(part.path, { path: part.path, bytes, reason: part.reason });
    }
  }
  refuseBomb(unpackedBytes, packedBytes);
  if (isOwnExport) return { held, ignored: [], isOwnExport };
  return { held: held.filter(({ name }) => ignoredBy(name) === null), ignored: [...ignored.values()], isOwnExport };
}

/**
 * Refuses an entry that another program could unpack elsewhere or over another file, even when the import ignores it.
 */
function refuseEntry({ name, kind, bytes }: ArchiveEntry, names: Set<string>): void {
  if (names.has(name)) throw refused(name, "it appears twice");
  names.add(name);
  const isFolder = kind === "folder" && bytes === 0;
  const bare = isFolder ? name.replace(/\/$/, "") : name;
  // The archive's root, as `tar -C app .` names it.
  if (isFolder && bare === "") return;
  const part = ignoredBy(name);
  if (part === null) {
    // Checked here with the wrapping folder; files are checked again without it, folders are not.
    if (isFolder || /^[/\\]|^[a-z]:|(^|\/)\.{0,2}(\/|$)/i.test(name)) checkedPath(bare);
    return;
  }
  const inside = name.slice(part.path.length);
  if (/(^|\/)\.\.(\/|$)/.test(inside)) checkedPath(name);
  const around = part.path.replace(/[^/]*\/?$/, "").replace(/\/$/, "");
  if (around !== "") checkedPath(around);
  if (!part.path.endsWith("/") && part.reason !== "version_control") checkedPath(withoutZone(part.path));
}

const tooManyEntries = (plan: Plan) =>
  new AppError("project_too_large", `The archive has too many files. Your plan allows ${plan.filesPerProject}.`, {
    members: { maxFiles: plan.filesPerProject },
  });
