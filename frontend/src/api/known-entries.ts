import type { FileEntry } from "../../../worker/contract/index.ts";

/** A revision has one content for a path. */
const newer = (known: FileEntry | undefined, entry: FileEntry): FileEntry =>
  known?.revision === entry.revision && known.sha256 === entry.sha256 ? known : entry;

/**
 * Returns a newer list of files with the known objects of entries that have not changed, so that their rows are not rendered
 * again, and with the known array where no entry has.
 * @param known the list before; undefined for the first one
 */
export function withKnownEntries<List extends { data: FileEntry[] }>(known: List | undefined, next: List): List {
  if (known === undefined) return next;
  const byPath = new Map(known.data.map((entry) => [entry.path, entry]));
  const data = next.data.map((entry) => newer(byPath.get(entry.path), entry));
  const isSame = data.length === known.data.length && data.every((entry, index) => entry === known.data[index]);
  return { ...next, data: isSame ? known.data : data };
}
