export type TreeRow = { path: string; name: string; level: number; kind: "folder" | "file" };

type Folder = { folders: Map<string, Folder>; files: string[] };

const emptyFolder = (): Folder => ({ folders: new Map(), files: [] });
const byName = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

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
  return [
    ...folders.flatMap(([name, inner]) => {
      const path = prefix + name;
      const row: TreeRow = { path, name, level, kind: "folder" };
      return closed.has(path) ? [row] : [row, ...rowsOf(inner, `${path}/`, level + 1, closed)];
    }),
    ...files.map((path): TreeRow => ({ path, name: path.slice(prefix.length), level, kind: "file" })),
  ];
}

/** Returns the visible rows of a tree of paths, folders first, without the contents of `closed` folders. */
export const treeRows = (paths: readonly string[], closed: ReadonlySet<string>): TreeRow[] =>
  rowsOf(nest([...new Set(paths)]), "", 1, closed);
