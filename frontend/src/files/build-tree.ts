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

/** A folder while its paths are being collected, and then with its contents in order. */
type Folder = { folders: Map<string, Folder>; files: string[] };
type Sorted = { folders: readonly (readonly [string, Sorted])[]; files: readonly string[] };

const emptyFolder = (): Folder => ({ folders: new Map(), files: [] });
const { compare: byName } = new Intl.Collator("en", { numeric: true });

/** Most paths lie in the folder of the one before, or in another that is known: only new folders are taken apart. */
function nest(paths: readonly string[]): Folder {
  const root = emptyFolder();
  const known = new Map([["", root]]);
  const folderAt = (path: string): Folder => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const folder = emptyFolder();
    known.set(path, folder);
    const end = Math.max(0, path.lastIndexOf("/"));
    folderAt(path.slice(0, end)).folders.set(path.slice(end === 0 ? 0 : end + 1), folder);
    return folder;
  };
  for (const path of paths) folderAt(path.slice(0, Math.max(0, path.lastIndexOf("/")))).files.push(path);
  return root;
}

const sorted = ({ folders, files }: Folder): Sorted => ({
  folders: [...folders].sort(([a], [b]) => byName(a, b)).map(([name, inner]) => [name, sorted(inner)]),
  files: files.sort(byName),
});

function rowsOf({ folders, files }: Sorted, prefix: string, level: number, closed: ReadonlySet<string>): TreeRow[] {
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

/** The trees by their list of paths: sorting thousands of names takes milliseconds, and folders open and close meanwhile. */
const trees = new WeakMap<readonly string[], Sorted>();
/** The newest list, since most revisions have the paths of the one before. */
let newest: readonly string[] = [];

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((path, index) => path === other[index]);

function treeOf(paths: readonly string[]): Sorted {
  const same = isSameList(newest, paths) ? trees.get(newest) : undefined;
  const known = trees.get(paths) ?? same ?? sorted(nest([...new Set(paths)]));
  trees.set(paths, known);
  newest = paths;
  return known;
}

/**
 * Returns the visible rows of a tree, folders first, without the contents of `closed` folders.
 * @param paths the same list while its paths are the same, so that they are sorted once
 */
export const treeRows = (paths: readonly string[], closed: ReadonlySet<string>): TreeRow[] =>
  rowsOf(treeOf(paths), "", 1, closed);
