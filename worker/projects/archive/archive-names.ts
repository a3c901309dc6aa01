import type { Entry } from "@zip.js/zip.js/lib/zip-core-native.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * An entry's name as its maker meant it: what macOS hands out (normal form D, and UTF-8 without the mark that says so) and
 * what some tools on Windows write (backslashes) become what the path rule judges.
 */
export function nameOf({ filename, filenameUTF8, rawFilename }: Entry): string {
  return (filenameUTF8 ? filename : (textOf(rawFilename) ?? filename)).replaceAll("\\", "/").normalize("NFC");
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    // In some older character set, which the library has made a guess at.
    return null;
  }
}

/** What a project's own root has, and nothing but a root. */
const rootFile = /^(index\.html|public\/index\.html|package\.json|src\/server\.[jt]sx?)$/;
/** The same somewhere below: of a repository with several packages. */
const nestedRootFile = /\/(index\.html|package\.json|src\/server\.[jt]sx?)$/;
/** Folders of an app, or of a workspace, that can hold the same. */
const ofAnApp = /^(src|public)\//;
const ofAWorkspace = /^(apps|packages)\//;

/**
 * The folder that all files are in, with a slash, where it only wraps the project: GitHub's "Download ZIP", bolt.new and
 * macOS's "Compress" make one. Empty where there is none, or where it may be a part of the project.
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
