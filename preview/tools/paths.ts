/** Returns the folder of an absolute path. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/**
 * Resolves a relative or absolute path from a folder, without `.` and `..` but those that lead out of the app's folder: an app in a
 * folder of a repository stands at `/project`, and its neighbour at `/project/../neighbour`.
 */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    const isOutside = parts[0] === "project" && (parts.length === 1 || parts.at(-1) === "..");
    if (part === ".." && isOutside) parts.push(part);
    else if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Returns how a folder refers to an absolute path, beginning with `./` or `../`. */
export function relativePath(folder: string, path: string): string {
  const from = folder.split("/").filter(Boolean);
  const to = path.split("/").filter(Boolean);
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  const ups = from.length - shared;
  return (ups === 0 ? "./" : "../".repeat(ups)) + to.slice(shared).join("/");
}
