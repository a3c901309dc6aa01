import type { MountedFiles } from "./mounted-files.ts";

/** The module format that a script's name or its package.json states. */
export type StatedFormat = "module" | "commonjs" | null;

/**
 * Returns the statement of scripts' format, as Node reads it: the extension, else `type` of the nearest package.json; null for a script
 * of which neither says anything, and for files of other languages.
 */
export function statedFormats(files: MountedFiles): (path: string) => Promise<StatedFormat> {
  const folders = new Map<string, Promise<StatedFormat>>();
  const ofFolder = (folder: string): Promise<StatedFormat> => {
    const known = folders.get(folder) ?? read(folder);
    folders.set(folder, known);
    return known;
  };
  const read = async (folder: string): Promise<StatedFormat> => {
    const manifest = await files.read(`${folder}/package.json`);
    if (manifest !== null) return typeOf(new TextDecoder().decode(manifest));
    return folder.length <= files.root.length ? null : ofFolder(folder.slice(0, folder.lastIndexOf("/")));
  };
  return async (path) => {
    if (/\.m[jt]s$/.test(path)) return "module";
    if (/\.c[jt]s$/.test(path)) return "commonjs";
    return /\.[jt]sx?$/.test(path) ? ofFolder(path.slice(0, path.lastIndexOf("/"))) : null;
  };
}

/** A manifest that is no JSON is reported where the package is resolved. */
function typeOf(manifest: string): StatedFormat {
  const type = /"type"\s*:\s*"(module|commonjs)"/.exec(manifest)?.[1];
  if (type === undefined) return null;
  try {
    const parsed: { type?: unknown } | null = JSON.parse(manifest);
    return parsed?.type === "module" || parsed?.type === "commonjs" ? parsed.type : null;
  } catch {
    return null;
  }
}
