import type { MountedFiles } from "./mounted-files.ts";

/** The module format that a script's extension or its package.json states. */
export type StatedFormat = "module" | "commonjs" | null;

/**
 * Returns the stated format of a script, by Node's rules: by its extension, otherwise by `type` in the nearest
 * package.json. Returns null for a script whose format neither states, and for files in other languages.
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

/** A manifest that is not valid JSON is reported where the package is resolved. */
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
