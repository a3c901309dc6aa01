import type { Plan } from "../../billing/index.ts";
import type { SkippedFile, SkipReason } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { checkedPath } from "../path.ts";
import { wrappingFolder } from "./archive-names.ts";
import { type ArchiveEntry, type ArchiveSource, type EntryKind, refuseBomb, refused } from "./archive-source.ts";
import { ignoredBy } from "./ignored-paths.ts";

/** Of installed packages and the like only a sum is kept, so that there may be many; of the rest each entry is held. */
const maxEntries = 100_000;
const maxHeldEntries = 20_000;

/** A file of an archive by the path it will have. */
export type Located<Entry> = { path: string; entry: Entry };

export type Collected<Entry> = {
  files: Located<Entry>[];
  /** What is left out for its name or its kind. */
  skipped: SkippedFile[];
  /** An export of ours holds a project as it is: nothing is taken off or left out. */
  isOwnExport: boolean;
};

/**
 * Lists an archive, and takes off the one folder that everything is in.
 * @throws AppError `invalid_archive` or `invalid_path` with the entry's name, where another program could unpack something
 *   else or elsewhere; `project_too_large` where there are too many entries to look at
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
      ...ignored.map((one) => ({ ...one, path: unwrapped(one.path) })),
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

/** Refuses what another program could unpack elsewhere or over another file, be it a part that is left out. */
function refuseEntry({ name, kind, bytes }: ArchiveEntry, names: Set<string>): void {
  if (names.has(name)) throw refused(name, "it appears twice");
  names.add(name);
  const isFolder = kind === "folder" && bytes === 0;
  const bare = isFolder ? name.replace(/\/$/, "") : name;
  // The archive's own folder, as `tar -C app .` names it.
  if (isFolder && bare === "") return;
  const part = ignoredBy(name);
  if (part === null) {
    // Beside the path that is left when the folder around all is gone, since folders are not looked at again.
    if (isFolder || /^[/\\]|^[a-z]:|(^|\/)\.{0,2}(\/|$)/i.test(name)) checkedPath(bare);
    return;
  }
  const inside = name.slice(part.path.length);
  if (/(^|\/)\.\.(\/|$)/.test(inside)) checkedPath(name);
  const around = part.path.replace(/[^/]*\/?$/, "").replace(/\/$/, "");
  if (around !== "") checkedPath(around);
  if (!part.path.endsWith("/") && part.reason !== "version_control") checkedPath(part.path);
}

const tooManyEntries = (plan: Plan) =>
  new AppError("project_too_large", `The archive has too many files. Your plan allows ${plan.filesPerProject}.`, {
    members: { maxFiles: plan.filesPerProject },
  });
