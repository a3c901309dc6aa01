import type { Entry } from "@zip.js/zip.js/lib/zip-core-native.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Normalizes an entry's name before the path rule checks it: macOS writes form D and UTF-8 without its flag, some tools
 * on Windows write backslashes.
 */
export function nameOf({ filename, filenameUTF8, rawFilename }: Entry): string {
  return (filenameUTF8 ? filename : (textOf(rawFilename) ?? filename)).replaceAll("\\", "/").normalize("NFC");
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    // An older character set: the caller takes the library's guess.
    return null;
  }
}

/** Files that only a project's root contains. */
const rootFile = /^(index\.html|public\/index\.html|package\.json|src\/server\.[jt]sx?)$/;
/** The same files below the root, as in a repository with several packages. */
const nestedRootFile = /\/(index\.html|package\.json|src\/server\.[jt]sx?)$/;
/** Top-level folders of an app, or of a workspace, that may contain the same files. */
const ofAnApp = /^(src|public)\//;
const ofAWorkspace = /^(apps|packages)\//;

/**
 * Returns the folder that wraps the whole project, with a slash: GitHub's "Download ZIP", bolt.new and macOS's
 * "Compress" create one. Empty when there is none, or when the folder may be a part of the project.
 */
export function wrappingFolder(paths: string[]): string {
  const [first = ""] = paths;
  if (ofAnApp.test(first)) return "";
  let outermost = "";
  for (let end = first.indexOf("/") + 1; end > 0; end = first.indexOf("/", end) + 1) {
    const folder = first.slice(0, end);
    if (!paths.every((path) => path.startsWith(folder))) break;
    if (paths.some((path) => rootFile.test(path.slice(end)))) return folder;
    outermost ||= folder;
  }
  if (ofAWorkspace.test(first)) return "";
  return paths.some((path) => nestedRootFile.test(path)) ? outermost : "";
}
