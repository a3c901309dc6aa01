import { packageNameOf } from "../engine/specifiers.ts";
import { folderOf, resolvePath } from "./paths.ts";
import { graphKey } from "./style-graph.ts";
import type { VersionOf } from "./versions.ts";

/** Modules of the project that a tool imports, with the packages that they and it import. */
export type ToolModules = { files: Map<string, string>; packages: Record<string, string> };

const EXTENSIONS = ["", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json", "/index.js", "/index.ts"];
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** Returns the path of the project's file that a relative import means, or null. */
function findModule(id: string, base: string, files: ReadonlyMap<string, string>): string | null {
  const path = resolvePath(base, id);
  return EXTENSIONS.map((extension) => path + extension).find((candidate) => files.has(candidate)) ?? null;
}

/** How a module's imports are resolved: versions of packages, and absolute paths of modules of the repository's own packages. */
type Resolving = { versionOf: VersionOf; ofWorkspace: (specifier: string) => string | null };

/**
 * Collects a module of the project with its transitive imports. The tool contains no other file, so that other changes
 * do not rebuild it.
 */
function collectModules(
  paths: string[],
  files: ReadonlyMap<string, string>,
  { versionOf, ofWorkspace }: Resolving,
): ToolModules {
  const collected: ToolModules = { files: new Map(), packages: {} };
  const open = [...paths];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const content = files.get(path);
    if (content === undefined || collected.files.has(path)) continue;
    const importer = path;
    const written = content.replace(IMPORT, (statement: string, quote: string, specifier: string) => {
      const named = ofWorkspace(specifier);
      const found = named === null ? null : findModule(named, folderOf(importer), files);
      if (found === null) return statement;
      open.push(found);
      return statement.slice(0, -specifier.length - 1) + found + quote;
    });
    collected.files.set(path, written);
    for (const [, , specifier = ""] of written.matchAll(IMPORT)) {
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

/** The `@plugin` and `@config` names of a style sheet, with their import specifiers. */
export type ImportedModule = { id: string; base: string; specifier: string };

/** Resolves the project's modules and the packages that style sheets name; unresolved names are `missing`. */
export function importModules(
  named: { id: string; base: string }[],
  files: ReadonlyMap<string, string>,
  resolving: Resolving,
): { found: ImportedModule[]; missing: string[]; modules: ToolModules } {
  const { versionOf, ofWorkspace } = resolving;
  const found: ImportedModule[] = [];
  const missing: string[] = [];
  const packages: Record<string, string> = {};
  for (const { id, base } of named) {
    const isFile = /^[./]/.test(id);
    const own = isFile ? id : ofWorkspace(id);
    const version = own !== null ? null : versionOf(packageNameOf(id));
    const specifier = own !== null ? findModule(own, base, files) : version === null ? null : id;
    if (specifier === null) missing.push(id);
    else found.push({ id, base, specifier });
    if (version !== null) packages[packageNameOf(id)] = version;
  }
  const ofProject = found.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith("/"));
  const modules = collectModules(ofProject, files, resolving);
  return { found, missing, modules: { files: modules.files, packages: { ...modules.packages, ...packages } } };
}

/**
 * Returns the source of `modules`, a table of the modules' exports by `graphKey`. The imports are static, since an
 * isolate cannot load code outside of its bundle.
 */
export function importTable(found: ImportedModule[]): string {
  const lines = found.map(({ specifier }, index) => `import * as module${index} from ${JSON.stringify(specifier)};`);
  const table = found.map(({ id, base }, index) => `${JSON.stringify(graphKey(base, id))}: exportOf(module${index})`);
  return `${lines.join("\n")}
function exportOf(module) {
  const value = module.default ?? module;
  return value.__esModule ? value.default ?? value : value;
}
const modules = { ${table.join(", ")} };`;
}
