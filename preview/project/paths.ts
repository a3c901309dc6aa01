/** `a/b/../c` without its dots, in normal form C as all paths are; a path that would leave the project stays at its root. */
export function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/").normalize("NFC");
}

/** Joins a folder and a path without dot segments; an empty folder is the project's root. */
export const within = (folder: string, path: string): string => normalize(`${folder}/${path}`);
