import type { Operation } from "../../../worker/contract/index.ts";

/** The file that preserves an otherwise empty folder, since the API stores only files. */
export const folderKeeper = ".gitkeep";

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Returns the files that a row of the tree represents: the file itself, or all files in the folder. */
export const filesAt = (paths: readonly string[], path: string): string[] =>
  paths.filter((one) => one === path || one.startsWith(`${path}/`));

/** Returns the operations that rename a file, or a folder and its contents. */
export const movesOf = (paths: readonly string[], from: string, to: string): Operation[] =>
  filesAt(paths, from).map((path) => ({ op: "move", path, to: to + path.slice(from.length) }));

/** Returns the operations that delete a file, or a folder and its contents. */
export const deletionsOf = (paths: readonly string[], path: string): Operation[] =>
  filesAt(paths, path).map((one) => ({ op: "delete", path: one }));

/**
 * Returns the path of a dragged row after a move into a folder.
 * @param folder empty for the top level
 * @returns null if the row is already there, and for a folder dragged into itself
 */
export function placeIn(folder: string, path: string): string | null {
  const to = folder === "" ? nameOf(path) : `${folder}/${nameOf(path)}`;
  const isWithin = folder === path || folder.startsWith(`${path}/`);
  return to === path || isWithin ? null : to;
}

/** Returns the target folder of a drop on a row: the folder itself, or the folder that contains the file. */
export const folderAt = (path: string, isFolder: boolean): string => (isFolder ? path : folderOf(path).slice(0, -1));
