import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { folderOf, resolvePath } from "../tools/paths.ts";
import type { SourceFiles } from "./source-files.ts";

/**
 * Imports in one chain that the bundler cannot follow in any case: it shares JavaScript's stack of about 1 MB. Below that, a build
 * shows whether it can.
 */
const MAX_CHAIN = 7_000;
const IMPORT = /\b(?:import|from)\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
const EXTENSIONS = ["", ".ts", ".tsx", ".js", ".jsx", ".mjs", "/index.ts", "/index.js"];

/** Returns the error of a project whose modules import each other in a chain too long for the bundler, or null. */
export function tooLongChain(files: SourceFiles): Diagnostic | null {
  if (files.size <= MAX_CHAIN) return null;
  const imports = importsOf(files);
  const imported = new Set([...imports.values()].flat());
  const entries = [...imports.keys()].filter((path) => !imported.has(path));
  const found = longChainFrom(entries, imports);
  if (found === null) return null;
  const message = `More than ${MAX_CHAIN.toLocaleString("en")} modules import each other in one chain, which the bundler cannot follow. Import the modules from one file.`;
  return { path: found, line: 1, column: 1, severity: "error", message };
}

/** The project's modules that each module imports by a relative path. */
function importsOf(files: SourceFiles): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const [path, content] of files) {
    if (typeof content !== "string" || !/\.[cm]?[jt]sx?$/.test(path)) continue;
    const found = [...content.matchAll(IMPORT)].flatMap(([, specifier = ""]) => {
      const base = resolvePath(folderOf(`/${path}`), specifier).slice(1);
      const candidates = [...EXTENSIONS.map((extension) => base + extension), base.replace(/\.js(x?)$/, ".ts$1")];
      return candidates.find((candidate) => files.has(candidate)) ?? [];
    });
    imports.set(path, found);
  }
  return imports;
}

/** Follows the imports depth-first, each module once, as the bundler does. Returns the entry of a chain above the maximum. */
function longChainFrom(entries: readonly string[], imports: ReadonlyMap<string, string[]>): string | null {
  const visited = new Set<string>();
  for (const entry of entries) {
    const open = [[entry]];
    while (open.length > 0) {
      if (open.length > MAX_CHAIN) return entry;
      const next = open.at(-1)?.pop();
      if (next === undefined) open.pop();
      else if (!visited.has(next)) {
        visited.add(next);
        open.push([...(imports.get(next) ?? [])]);
      }
    }
  }
  return null;
}
