import { parse } from "jsonc-parser";
import type { SourceFiles } from "../project/source-files.ts";
import { folderOf, join } from "../vite/index.ts";
import { objectOf, textOf } from "./lock.ts";
import { parsed } from "./workspace.ts";

const VITE_CONFIG = /^vite\.config\.[mc]?[jt]s$/;
const TSCONFIG = /^(?:ts|js)config[^/]*\.json$/;
const MODULE = /\.(?:[mc]?[jt]sx?|vue|svelte)$/;
/** A relative path out of a folder, up to the first wildcard of a pattern. */
const WAY_OUT = /(?:\.\.\/)+[\w@.-][\w@./-]*/g;
/** `resolve(__dirname, "..", "..", "libs")`. */
const BETWEEN_PARTS = /["'`]\s*,\s*["'`]/g;

/**
 * Returns the files outside an app's folder that its configurations and sources refer to, such as those of a library in
 * an Nx repository. Omits files of packages, which have manifests of their own.
 * @param root the app's folder in the project; nothing surrounds the project's own folder
 */
export function filesLedTo(files: SourceFiles, root: string): SourceFiles {
  if (root === "") return new Map();
  const led = foldersLedTo(files, root);
  const packages = [...files.keys()]
    .filter((path) => path.endsWith("/package.json") && isNamed(files, path))
    .map(folderOf)
    .filter((folder) => folder === root || !isBelow(root, folder));
  return new Map(
    [...files].filter(
      ([path]) => led.some((folder) => isBelow(path, folder)) && !packages.some((folder) => isBelow(path, folder)),
    ),
  );
}

const isNamed = (files: SourceFiles, path: string): boolean => textOf(parsed(files, path).name) !== undefined;
const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function foldersLedTo(files: SourceFiles, root: string): string[] {
  const targets = new Set([...files].flatMap(([path, content]) => targetsIn(path, content, root)));
  const isFolder = (path: string): boolean => [...files.keys()].some((one) => one.startsWith(`${path}/`));
  return [...targets]
    .map((path) => path.replace(/\/+$/, ""))
    .map((path) => (isFolder(path) ? path : folderOf(path)))
    .filter((path) => path !== "" && !path.startsWith("..") && !isBelow(path, root) && !isBelow(root, path));
}

/** Returns the paths in the project to which a file of the app, or a tsconfig.json above it, refers. */
function targetsIn(path: string, content: string | Uint8Array, root: string): string[] {
  if (typeof content !== "string") return [];
  const folder = folderOf(path);
  const name = path.slice(folder === "" ? 0 : folder.length + 1);
  if (TSCONFIG.test(name)) return folder === "" || isBelow(root, folder) ? patternsOf(content, folder) : [];
  const isConfig = folder === root && VITE_CONFIG.test(name);
  if (!isBelow(path, root) || !(isConfig || MODULE.test(path))) return [];
  const text = isConfig ? content.replace(BETWEEN_PARTS, "/") : content;
  return [...text.matchAll(WAY_OUT)].map(([way]) => join(folder, way));
}

/** Returns the targets of a tsconfig's import patterns, up to their first wildcard. */
function patternsOf(text: string, folder: string): string[] {
  const options = objectOf(objectOf(parse(text)).compilerOptions);
  const base = join(folder, textOf(options.baseUrl) ?? ".");
  return Object.values(objectOf(options.paths))
    .flat()
    .flatMap((target) => (typeof target === "string" ? [join(base, target.replace(/\*.*$/, ""))] : []));
}
