/**
 * A visible row. `place` and `siblings` are the row's position (from 1) and the number of rows in its folder. Screen
 * readers announce them; they cannot count the rows, since only those around the visible area are in the document.
 */
export type TreeRow = {
  path: string;
  name: string;
  level: number;
  kind: "folder" | "file";
  place: number;
  siblings: number;
};

/** A folder, first while its paths are collected, and later with its contents sorted. */
type Folder = { folders: Map<string, Folder>; files: string[] };
type Sorted = { folders: readonly (readonly [string, Sorted])[]; files: readonly string[] };

const emptyFolder = (): Folder => ({ folders: new Map(), files: [] });
const { compare: byName } = new Intl.Collator("en", { numeric: true });

/**
 * Builds the folders. Most paths are in the folder of the previous path or in another known folder, so this parses only
 * new folders.
 */
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

/**
 * Caches each list's sorted tree: sorting thousands of names takes milliseconds, and toggling a folder must not repeat
 * it.
 */
const trees = new WeakMap<readonly string[], Sorted>();
/** The newest list of paths, which this reuses, since most revisions do not change any path. */
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
 * @param paths pass the same array while the paths are unchanged, so that they are sorted only once
 */
export const treeRows = (paths: readonly string[], closed: ReadonlySet<string>): TreeRow[] =>
  rowsOf(treeOf(paths), "", 1, closed);
