import { NODE_MODULE, packageNameOf } from "../engine/specifiers.ts";
import type { VersionOf } from "../tools/versions.ts";
import { isKnownPlugin, join, workspaceModule } from "../vite/index.ts";
import { type AppAndAround, withAround } from "./around-app.ts";
import type { SourceFiles } from "./source-files.ts";
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

/** A configuration's modules: the app's texts, and those outside of its folder that it imports. */
type ConfigTexts = { texts: ReadonlyMap<string, string>; outside: ReadonlyMap<string, string> };

/**
 * Returns the modules outside of an app's folder that its configuration imports, by their paths from it, with the manifests of the
 * repository's packages, by which it names some.
 */
export function outsideModules(app: AppAndAround, configPath: string | null): Map<string, string> {
  const found = new Map<string, string>();
  if (configPath === null || app.around.size === 0) return found;
  const all = textsOf(withAround(app));
  for (const path of modulesFrom(configPath, all).keys())
    if (path.startsWith("../")) found.set(path, all.get(path) ?? "");
  if (found.size === 0) return found;
  for (const [path, text] of all) if (/^\.\.\/(.*\/)?package\.json$/.test(path)) found.set(path, text);
  return found;
}

/** Returns the text files among files. */
export const textsOf = (files: SourceFiles): Map<string, string> =>
  new Map([...files].flatMap(([path, content]) => (typeof content === "string" ? [[path, content] as const] : [])));

/** Returns the modules that a configuration leads to, itself included, each with the packages that it imports. */
export function modulesFrom(configPath: string, texts: ReadonlyMap<string, string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const queue = [configPath];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    const packages: string[] = [];
    found.set(path, packages);
    for (const [, , , specifier = ""] of (texts.get(path) ?? "").matchAll(SPECIFIER)) {
      const named = ownModule(specifier, path, texts);
      if (named === null) packages.push(specifier);
      else queue.push(...foundModule(named, texts));
    }
  }
  return found;
}

const CONDITIONS = ["import", "module", "require", "node", "default"];

/** The path that an import of the project's own modules names, without its extension; null for another package. */
const ownModule = (specifier: string, importer: string, texts: ReadonlyMap<string, string>): string | null =>
  /^[./]/.test(specifier)
    ? join(specifier.startsWith("/") ? "" : folderOf(importer), specifier)
    : workspaceModule(specifier, texts, CONDITIONS);

/** TypeScript may name a module by the extension of its output. */
function foundModule(named: string, texts: ReadonlyMap<string, string>): string[] {
  const found = findFile(named, texts) ?? findFile(named.replace(/\.([mc]?)js$/, ".$1ts"), texts);
  return found === null ? [] : [found];
}

/** Returns the versions of packages that a configuration and its own modules import, without plugins that the build replaces. */
export function importedPackages(
  { texts, outside }: ConfigTexts,
  configPath: string,
  versionOf: VersionOf,
): Record<string, string> {
  const packages: Record<string, string> = {};
  for (const specifiers of modulesFrom(configPath, new Map([...texts, ...outside])).values()) {
    for (const specifier of specifiers) {
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
