import { folderOf, packageNameOf, resolvePath } from "./paths.ts";
import type { VersionOf } from "./versions.ts";

/** Modules of the project that a tool imports, with the packages that they and it import. */
export type ToolModules = { files: Map<string, string>; packages: Record<string, string> };

const EXTENSIONS = ["", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json", "/index.js", "/index.ts"];
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** Returns the path of the project's file that a relative import means, or null. */
export function findModule(id: string, base: string, files: ReadonlyMap<string, string>): string | null {
  const path = resolvePath(base, id);
  return EXTENSIONS.map((extension) => path + extension).find((candidate) => files.has(candidate)) ?? null;
}

/** Collects a module of the project with what it imports: only these are in the tool, so that other changes do not make it anew. */
export function collectModules(paths: string[], files: ReadonlyMap<string, string>, versionOf: VersionOf): ToolModules {
  const collected: ToolModules = { files: new Map(), packages: {} };
  const open = [...paths];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const content = files.get(path);
    if (content === undefined || collected.files.has(path)) continue;
    collected.files.set(path, content);
    for (const [, , specifier = ""] of content.matchAll(IMPORT)) {
      if (/^\.|^\//.test(specifier)) {
        const found = findModule(specifier, folderOf(path), files);
        if (found !== null) open.push(found);
        continue;
      }
      const name = packageNameOf(specifier);
      const version = specifier.startsWith("node:") ? null : versionOf(name);
      if (version !== null) collected.packages[name] = version;
    }
  }
  return collected;
}
