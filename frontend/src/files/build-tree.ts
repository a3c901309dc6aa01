/**
 * A visible row. `place` and `siblings` count the rows of its folder, from 1: screen readers say them, since only the rows
 * around the visible ones are in the document.
 */
export type TreeRow = {
  path: string;
  name: string;
  level: number;
  kind: "folder" | "file";
  place: number;
  siblings: number;
};

type Folder = { folders: Map<string, Folder>; files: string[] };

const emptyFolder = (): Folder => ({ folders: new Map(), files: [] });
const { compare: byName } = new Intl.Collator("en", { numeric: true });

function nest(paths: readonly string[]): Folder {
  const root = emptyFolder();
  for (const path of paths) {
    let folder = root;
    for (const name of path.split("/").slice(0, -1)) {
      const inner = folder.folders.get(name) ?? emptyFolder();
      folder.folders.set(name, inner);
      folder = inner;
    }
    folder.files.push(path);
  }
  return root;
}

function rowsOf(folder: Folder, prefix: string, level: number, closed: ReadonlySet<string>): TreeRow[] {
  const folders = [...folder.folders].sort(([a], [b]) => byName(a, b));
  const files = folder.files.toSorted(byName);
  const siblings = folders.length + files.length;
  return [
    ...folders.flatMap(([name, inner], index) => {
      const path = prefix + name;
      const row: TreeRow = { path, name, level, kind: "folder", place: index + 1, siblings };
      return closed.has(path) ? [row] : [row, ...rowsOf(inner, `${path}/`, level + 1, closed)];
    }),
    ...files.map((path, index): TreeRow => {
      const place = folders.length + index + 1;
      return { path, name: path.slice(prefix.length), level, kind: "file", place, siblings };
    }),
  ];
}

/** Returns the visible rows of a tree of paths, folders first, without the contents of `closed` folders. */
export const treeRows = (paths: readonly string[], closed: ReadonlySet<string>): TreeRow[] =>
  rowsOf(nest([...new Set(paths)]), "", 1, closed);
