import { packageNameOf } from "../engine/specifiers.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import type { Tool } from "../tools/tool-runner.ts";
import { nodeModule } from "./config-node.ts";
import { configEntry, PROJECT, packageStub, SHIM_MODULES, SHIMS } from "./config-runtime.ts";
import { join } from "./glob-import.ts";
import { type CodeToken, isSequence, tokensOf } from "./tokens.ts";
import { workspaceModule } from "./workspace-module.ts";

/** The tool that evaluates a configuration file, and its substitutes for platform modules that an isolate lacks. */
export type ConfigTool = { tool: Tool; absent: string[] };

const EXTENSIONS = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** How long a configuration may wait: it has nothing to wait for. */
const MAX_MS = 8_000;

/** Modules of Node that workerd has and a configuration may use as they are. */
const REAL = new Set(["path", "path/posix", "url", "util", "buffer", "crypto", "assert", "events"]);
const SHIMMED = new Map([
  ["vite", "vite.cjs"],
  ["vitest/config", "vite.cjs"],
  ["fs", "fs.cjs"],
  ["fs/promises", "fs-promises.cjs"],
  ["module", "module.cjs"],
  ["process", "process.cjs"],
  ["dotenv", "dotenv.mjs"],
  ["dotenv/config", "dotenv-config.mjs"],
  ["dotenv-expand", "dotenv-expand.mjs"],
  ...["fast-glob", "glob", "tinyglobby", "globby"].map((name): [string, string] => [name, "globs.mjs"]),
]);
const NODE_MODULES = new Set([
  "child_process",
  "os",
  "http",
  "https",
  "net",
  "dns",
  "tls",
  "worker_threads",
  "v8",
  "vm",
  "zlib",
]);

/**
 * Creates the tool that evaluates a configuration file of the project with its local imports. Packages are stubs that
 * record operations, except those in `packages`.
 *
 * @param packages versions or ranges of packages to import for real, by name
 * @param wrapped sources of modules that the configuration gets in place of some of these packages' modules
 * @param root the app's folder in the project, for the paths that modules see
 */
export function configTool(
  files: SourceFiles,
  path: string,
  packages: Record<string, string> = {},
  wrapped: Readonly<Record<string, string>> = {},
  root = "",
): ConfigTool {
  const modules = new Map(
    Object.entries(SHIM_MODULES).map(([name, source]) => [inProject(`${SHIMS}/${name}`), source]),
  );
  const absent = new Set<string>();
  const queue = [path];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    if (modules.has(moduleAt(current))) continue;
    const module = rewriteModule(current, root, readText(files, current) ?? "", (specifier) => {
      const wrapper = wrapped[specifier];
      const target =
        wrapper === undefined
          ? targetOf(specifier, current ?? "", files, packages)
          : stubbed(`wrapped-${specifier}.mjs`, wrapper);
      if ("file" in target && target.file !== undefined) queue.push(target.file);
      if (target.stub !== undefined) modules.set(target.stub.path, target.stub.source);
      if (target.isAbsent) absent.add(specifier);
      return target.specifier;
    });
    modules.set(moduleAt(current), module);
  }
  const name = path.replace(/[^\w]/g, "-");
  const tool = {
    name,
    entry: configEntry(path, moduleAt(path)),
    packages,
    files: modules,
    keepsState: true,
    maxMs: MAX_MS,
  };
  return { tool, absent: [...absent] };
}

type Target = { specifier: string; file?: string; stub?: { path: string; source: string }; isAbsent?: boolean };

function targetOf(specifier: string, importer: string, files: SourceFiles, packages: Record<string, string>): Target {
  const isPath = /^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..";
  const base = specifier.startsWith("/") ? "" : importer.slice(0, Math.max(0, importer.lastIndexOf("/")));
  const file = isPath ? fileAt(join(base, specifier), files) : ofWorkspace(specifier, files);
  if (file !== undefined) return { specifier: `${PROJECT}/${moduleAt(file)}`, file };
  const bare = specifier.replace(/^node:/, "");
  if (REAL.has(bare)) return stubbed(`node-${bare}.mjs`, nodeModule(bare));
  const shim = SHIMMED.get(bare);
  if (shim !== undefined) return { specifier: `${SHIMS}/${shim}` };
  if (Object.hasOwn(packages, packageNameOf(specifier))) return { specifier };
  const isAbsent = specifier.startsWith("node:") || NODE_MODULES.has(bare);
  return { ...stubbed(`package-${specifier}.cjs`, packageStub(specifier)), isAbsent };
}

function fileAt(bare: string, files: SourceFiles): string | undefined {
  const typescript = bare.replace(/\.([mc]?)js$/, ".$1ts");
  const candidates = [...EXTENSIONS.map((extension) => bare + extension), typescript];
  return candidates.find((candidate) => readText(files, candidate) !== null);
}

/** The module of a package in the same repository, whose configurations the app's own are made of. */
function ofWorkspace(specifier: string, files: SourceFiles): string | undefined {
  const named = workspaceModule(specifier, files, ["import", "module", "require", "node", "default"]);
  return named === null ? undefined : fileAt(named, files);
}

/** The path of a file's module in the isolate, whose folders may be fewer than those that lead out of the app's. */
function moduleAt(path: string): string {
  const up = /^(?:\.\.\/)+/.exec(path)?.[0] ?? "";
  return up === "" ? path : `__outside/${up.length / "../".length}/${path.slice(up.length)}`;
}

function stubbed(name: string, source: string): Target {
  const path = inProject(`${SHIMS}/${encodeURIComponent(name).replaceAll("%", "_")}`);
  return { specifier: `${PROJECT}/${path}`, stub: { path, source } };
}

const inProject = (path: string): string => path.slice(PROJECT.length + 1);

/** Returns the module with its imports replaced by `target`, and with its path in Node. */
function rewriteModule(path: string, root: string, code: string, target: (specifier: string) => string): string {
  if (path.endsWith(".json")) return code;
  const tokens = tokensOf(code, path);
  const filename = `/${join(`${PROJECT}/${root}`, path)}`;
  const dirname = filename.slice(0, filename.lastIndexOf("/"));
  const places: Record<string, string> = { url: `file://${filename}`, filename, dirname };
  // Node's globals are those of the configuration itself.
  const isOutside = path.startsWith("../");
  let written = "";
  let offset = 0;
  const replace = (start: number, end: number, text: string) => {
    written += code.slice(offset, start) + text;
    offset = end;
  };
  tokens.forEach((token, index) => {
    if (token.type === "StringLiteral" && isSpecifier(tokens, index))
      replace(token.start, token.end, JSON.stringify(target(token.value.slice(1, -1))));
    const place = isSequence(tokens, index, ["import", ".", "meta", "."]) ? tokens[index + 4] : undefined;
    const value = place === undefined ? undefined : places[place.value];
    if (place !== undefined && value !== undefined) replace(token.start, place.end, JSON.stringify(value));
    if (isOutside && /^__(dirname|filename)$/.test(token.value) && tokens[index - 1]?.value !== ".")
      replace(token.start, token.end, JSON.stringify(token.value === "__dirname" ? dirname : filename));
  });
  return written + code.slice(offset);
}

/** Whether a string is the specifier of an import, an export or a require. */
function isSpecifier(tokens: readonly CodeToken[], index: number): boolean {
  const before = (offset: number) => tokens[index - offset]?.value;
  if (before(1) === "import") return true;
  if (before(1) === "from")
    return before(2) === "}" || before(2) === "*" || tokens[index - 2]?.type === "IdentifierName";
  return before(1) === "(" && (before(2) === "import" || before(2) === "require") && before(3) !== ".";
}
