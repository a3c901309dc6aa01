import type { FileEntry } from "../../../worker/contract/index.ts";

/** Returns the known entry if its revision and hash are unchanged: a revision has only one content per path. */
const newer = (known: FileEntry | undefined, entry: FileEntry): FileEntry =>
  known?.revision === entry.revision && known.sha256 === entry.sha256 ? known : entry;

/**
 * Reuses the known objects of unchanged entries in a newer list of files, so that React does not render their rows
 * again. Reuses the known array if no entry has changed.
 * @param known the previous list; undefined for the first list
 */
export function withKnownEntries<List extends { data: FileEntry[] }>(known: List | undefined, next: List): List {
  if (known === undefined) return next;
  const byPath = new Map(known.data.map((entry) => [entry.path, entry]));
  const data = next.data.map((entry) => newer(byPath.get(entry.path), entry));
  const isSame = data.length === known.data.length && data.every((entry, index) => entry === known.data[index]);
  return { ...next, data: isSame ? known.data : data };
}
