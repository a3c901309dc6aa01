import type { OnResolveArgs, ResolveResult } from "esbuild-wasm";
import type { MountedProject } from "./mounted-project.ts";

const SCRIPT = /\.[cm]?[jt]sx?$/;
const IMPORTS = ["import-statement", "dynamic-import", "require-call"];

/**
 * Whether esbuild resolves an import to this script of the app by a pattern in the app's tsconfig.json. esbuild applies
 * the options of a tsconfig.json (JSX, decorators) to a script only when no plugin has resolved the import.
 */
export function isByTsconfig(
  found: ResolveResult,
  { path, kind, resolveDir }: Pick<OnResolveArgs, "path" | "kind" | "resolveDir">,
  { appFolder, repository, files, patterns }: MountedProject,
): boolean {
  const isScript = found.errors.length === 0 && found.namespace === "file" && SCRIPT.test(found.path);
  if (!isScript || !IMPORTS.includes(kind) || !found.path.startsWith(`${repository}/`)) return false;
  const matches = (pattern: string) =>
    pattern.endsWith("/*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
  if (resolveDir.includes("/node_modules/") || !patterns.some(matches)) return false;
  let folder = resolveDir;
  while (folder.startsWith(`${appFolder}/`)) {
    if (files.stat(`${folder}/tsconfig.json`) !== null) return false;
    folder = folder.slice(0, folder.lastIndexOf("/"));
  }
  return folder === appFolder;
}
