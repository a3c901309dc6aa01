import type { Operation } from "../../../worker/contract/index.ts";

/** A file that keeps an otherwise empty folder: the API stores files alone. */
export const folderKeeper = ".gitkeep";

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Returns the files that a row of the tree stands for: itself, or everything in the folder. */
export const filesAt = (paths: readonly string[], path: string): string[] =>
  paths.filter((one) => one === path || one.startsWith(`${path}/`));

/** Returns the operations that rename a file, or a folder with everything in it. */
export const movesOf = (paths: readonly string[], from: string, to: string): Operation[] =>
  filesAt(paths, from).map((path) => ({ op: "move", path, to: to + path.slice(from.length) }));

/** Returns the operations that delete a file, or a folder with everything in it. */
export const deletionsOf = (paths: readonly string[], path: string): Operation[] =>
  filesAt(paths, path).map((one) => ({ op: "delete", path: one }));

/**
 * Returns where a dragged row would be in a folder.
 * @param folder empty for the top level
 * @returns null where it is already, and for a folder that would be in itself
 */
export function placeIn(folder: string, path: string): string | null {
  const to = folder === "" ? nameOf(path) : `${folder}/${nameOf(path)}`;
  const isWithin = folder === path || folder.startsWith(`${path}/`);
  return to === path || isWithin ? null : to;
}

/** Returns the folder that a drop on a row is for: the folder itself, or the one around the file. */
export const folderAt = (path: string, isFolder: boolean): string => (isFolder ? path : folderOf(path).slice(0, -1));
