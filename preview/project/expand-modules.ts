import { join, type ModuleContext, parseSuffix, transformModule } from "../vite/index.ts";
import { shortest } from "./around-app.ts";
import type { AutoImport } from "./auto-imports.ts";
import { loaderOf } from "./module-kinds.ts";
import type { Precompilation } from "./precompilation.ts";
import type { SourceFiles } from "./source-files.ts";

/**
 * A worker that a project's modules start: its file in the project or, with a slash at its beginning, in a package, and whether
 * it is a module or a classic script.
 */
export type WorkerEntry = { path: string; type: "module" | "classic" };

/** A worker that a module imports by an alias, by the name of a package, or without its extension. */
export type NamedWorker = { specifier: string; importer: string; type: WorkerEntry["type"] };

type Context = ModuleContext & { jsxInject: string | null; autoImport: AutoImport | null };

const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/;
const WORKER_IMPORT = /["']([^"'\n]+\?[^"'\n]*\b(?:worker|sharedworker|worker_file)\b[^"'\n]*)["']/g;
const EXTENSIONS = ["", ".ts", ".tsx", ".js", ".mjs", ".jsx", "/index.ts", "/index.js"];

/**
 * Expands Vite's constructs in a project's modules, compiled ones included.
 * @returns the changed modules by path; modules with errors are in `compiled.modules`, and fail at their import
 */
export function expandModules(
  files: SourceFiles,
  context: Context,
  { modules }: Precompilation,
): { changed: Map<string, string>; workers: WorkerEntry[]; namedWorkers: NamedWorker[] } {
  const changed = new Map<string, string>();
  const workers = new Map<string, WorkerEntry>();
  const namedWorkers = new Map<string, NamedWorker>();
  const expand = (path: string, written: string, language: string): string => {
    const code = context.autoImport?.(written, path, language) ?? written;
    const expanded = transformModule(code, language, context);
    for (const worker of workersIn(expanded.code, path, context)) {
      if ("path" in worker) workers.set(`${worker.type} ${worker.path}`, worker);
      else namedWorkers.set(`${worker.type} ${worker.specifier} ${path}`, worker);
    }
    if (expanded.diagnostics.length > 0) {
      const loader = loaderOf(language) ?? "js";
      modules.set(path, { contents: expanded.code, loader, diagnostics: expanded.diagnostics });
    } else if (expanded.changed || code !== written) changed.set(path, expanded.code);
    return expanded.code;
  };
  const { jsxInject } = context;
  for (const [path, content] of files) {
    if (typeof content !== "string" || !SCRIPT.test(path) || modules.has(path)) continue;
    const classic = withClassicRuntime(content);
    const injected = jsxInject === null || !/\.[jt]sx$/.test(path) ? classic : `${jsxInject};${classic}`;
    const expanded = expand(path, injected, path);
    if (injected !== content && !modules.has(path)) changed.set(path, expanded);
  }
  for (const [path, module] of modules) {
    if (module.loader === "css" || module.loader === "local-css" || module.diagnostics.length > 0) continue;
    const code = expand(path, module.contents, `${path}.${module.loader}`);
    changed.delete(path);
    if (code !== module.contents && modules.get(path) === module) modules.set(path, { ...module, contents: code });
  }
  return { changed, workers: [...workers.values()], namedWorkers: [...namedWorkers.values()] };
}

const FACTORY = /(?:\/\*+|\/\/|^\s*\*)\s*@jsx(?:Frag)?\s+[A-Za-z_$]/m;

/**
 * Lets a factory that a comment names (`@jsx h`) count: the bundler ignores it with the automatic runtime, which is the build's default, while
 * Vite's is the classic one. Line numbers stay.
 */
function withClassicRuntime(code: string): string {
  const isNamed = code.includes("@jsx") && FACTORY.test(code) && !/@jsx(Runtime|ImportSource)\b/.test(code);
  return isNamed ? `${code}\n/** @jsxRuntime classic */` : code;
}

function workersIn(code: string, importer: string, context: Context): (WorkerEntry | NamedWorker)[] {
  return [...code.matchAll(WORKER_IMPORT)].flatMap(([, specifier = ""]) => {
    const { path, query } = parseSuffix(specifier);
    if (query.kind !== "worker" && query.kind !== "worker-file") return [];
    const type = query.kind === "worker" ? "module" : query.type;
    const found = workerPath(path, importer, context);
    return [found === null ? { specifier: path, importer, type } : { path: found, type }];
  });
}

function workerPath(specifier: string, importer: string, { files, root, appRoot = "" }: Context): string | null {
  const folder = importer.slice(0, importer.lastIndexOf("/") + 1);
  const inFolder = (one: string): string => shortest(join(one, specifier), appRoot).normalize("NFC");
  const ofAlias = specifier.startsWith("@/") ? [`src/${specifier.slice(2)}`] : null;
  const paths = ofAlias ?? (specifier.startsWith("/") ? [root, ""] : [folder]).map(inFolder);
  const candidates = paths.flatMap((path) => EXTENSIONS.map((extension) => path + extension));
  return candidates.find((candidate) => files.has(candidate)) ?? null;
}
