import { NODE_MODULE, packageNameOf } from "../engine/specifiers.ts";
import type { VersionOf } from "../tools/versions.ts";
import { isKnownPlugin } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import { SPECIFIER } from "./vite-plugin-output.ts";

const EXTENSIONS = [
  "",
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mjs",
  ".mts",
  ".vue",
  ".svelte",
  "/index.ts",
  "/index.tsx",
  "/index.js",
  "/index.jsx",
];

/** Returns the versions of packages that a configuration and its own modules import, without plugins that the build replaces. */
export function importedPackages(
  texts: ReadonlyMap<string, string>,
  configPath: string,
  versionOf: VersionOf,
): Record<string, string> {
  const packages: Record<string, string> = {};
  const visited = new Set<string>();
  const queue = [configPath];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (visited.has(path)) continue;
    visited.add(path);
    for (const [, , , specifier = ""] of (texts.get(path) ?? "").matchAll(SPECIFIER)) {
      if (/^[./]/.test(specifier)) {
        const found = findFile(normalize(`${folderOf(path)}${specifier}`), texts);
        if (found !== null) queue.push(found);
        continue;
      }
      const name = packageNameOf(specifier);
      const version = versionOf(name);
      const isReplaced =
        NODE_MODULE.test(specifier) ||
        isKnownPlugin(specifier) ||
        /^(vite|vitest|rollup|typescript|esbuild)$/.test(name);
      if (version !== null && !isReplaced) packages[name] = version;
    }
  }
  return packages;
}

/** Returns the folder of a path with its slash at the end. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** Returns the path of a file that an import means without its extension, or null. */
export const findFile = (path: string, files: { has(path: string): boolean }): string | null =>
  EXTENSIONS.map((extension) => path + extension).find((candidate) => files.has(candidate)) ?? null;
