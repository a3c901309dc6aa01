/** Lists the folders where Node looks up a package from a folder, nearest first. */
export function foldersFrom(folder: string, name: string): string[] {
  const segments = folder === "" ? [] : folder.split("/");
  const ancestors = segments.map((_, index) => segments.slice(0, segments.length - index).join("/"));
  const inside = ancestors.filter((ancestor) => !/(^|\/)node_modules$/.test(ancestor));
  return [...inside.map((ancestor) => `${ancestor}/node_modules/${name}`), `node_modules/${name}`];
}

/** Returns the package name of a folder such as `node_modules/a/node_modules/@b/c`; null for another folder. */
export function packageInFolder(folder: string): string | null {
  return /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1] ?? null;
}
