import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild-wasm";
import { STYLE_KINDS } from "../engine/import-kinds.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import {
  type ImportQuery,
  parseSuffix,
  SvgError,
  type SvgFramework,
  svgComponent,
  wasmInit,
  workerModule,
} from "../vite/index.ts";
import { dataUrlModule } from "./data-url.ts";
import { toMessage } from "./language-plugin.ts";
import { moduleKindOf } from "./module-kinds.ts";
import type { SourceFiles } from "./source-files.ts";
import type { BuiltWorker } from "./workers.ts";

/** Settings of the build that queries depend on. */
export type QueryContext = {
  /** The project's files as they are written. */
  files: SourceFiles;
  project: MountedProject;
  /** The workers that were built, by type and path, as in `module src/worker.ts`. */
  workers: ReadonlyMap<string, BuiltWorker>;
  /** The workers that an import met before they were built, by the same keys. */
  unbuiltWorkers: Set<string>;
  /** The framework of the project's components. */
  framework: SvgFramework;
  /** Of how many bytes an asset has an address of its own. */
  inlineBelow: number;
};

const RESOLVING = { resolving: "query" };
const NAMESPACE = "query";
/** Parcel's schemes of imports, by the queries that mean the same. */
const OF_SCHEMES = { url: "?url&no-inline", "data-url": "?inline", "bundle-text": "?raw" };
const SCHEME = /^(url|data-url|bundle-text):([^?]+)$/;
/** Sheets whose text is to be compiled first. */
const PREPROCESSED = /\.(s[ac]ss|less|styl)$/;

/** Resolves imports with Vite's queries or Parcel's schemes: a file's text or address, a worker, an SVG as a component. */
export function queryPlugin(context: QueryContext): Plugin {
  return {
    name: "queries",
    setup(build) {
      build.onResolve({ filter: /^[^?]+\?/ }, (args) => resolveQuery(args, build));
      build.onResolve({ filter: SCHEME }, (args) =>
        PREPROCESSED.test(args.path) ? undefined : resolveQuery({ ...args, path: withQuery(args.path) }, build),
      );
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => load(path, pluginData, context));
    },
  };
}

/** `url:./a.svg` as `./a.svg?url`. */
const withQuery = (specifier: string): string =>
  specifier.replace(SCHEME, (_, scheme: keyof typeof OF_SCHEMES, file: string) => file + OF_SCHEMES[scheme]);

async function resolveQuery(args: OnResolveArgs, build: PluginBuild): Promise<OnResolveResult | undefined> {
  const { path, kind, importer, resolveDir, pluginData } = args;
  if (pluginData === RESOLVING || STYLE_KINDS.includes(kind) || kind === "entry-point") return undefined;
  const { path: bare, query } = parseSuffix(path);
  const found = await build.resolve(bare, { kind, importer, resolveDir, pluginData: RESOLVING });
  if (found.errors.length > 0 || query.kind === "module" || found.namespace === "address") return found;
  const suffix = path.slice(bare.length);
  return { path: found.path, namespace: NAMESPACE, suffix, pluginData: { query, specifier: path } };
}

async function load(
  path: string,
  { query, specifier }: { query: ImportQuery; specifier: string },
  context: QueryContext,
): Promise<OnLoadResult> {
  const { project } = context;
  const own = path.startsWith(project.at("")) ? path.slice(project.at("").length) : null;
  const source = own === null ? undefined : context.files.get(own);
  const content = (await project.files.read(path)) ?? "";
  switch (query.kind) {
    case "raw":
      return { contents: source ?? content, loader: "text" };
    case "url":
      return query.inline === "always" || (query.inline === "auto" && isInlined(path, content, context))
        ? dataUrlModule(path, toBytes(source ?? content))
        : { contents: source ?? content, loader: "file" };
    case "inline":
      return /\.(css|scss|sass|less)$/.test(path)
        ? { contents: content, loader: "text" }
        : dataUrlModule(path, toBytes(content));
    case "component":
      return component(
        typeof source === "string" ? source : new TextDecoder().decode(toBytes(content)),
        path,
        query,
        context,
      );
    case "wasm-init":
      return { ...fromAddress(path, (address) => wasmInit(address)), resolveDir: folderOf(path) };
    case "worker":
    case "worker-file":
      return worker(own ?? path, query, specifier, content, context);
    default:
      return { errors: [{ text: `"${specifier}" has no meaning here.` }] };
  }
}

/** As for a plain import of an asset (inline-assets.ts). */
const isInlined = (path: string, content: string | Uint8Array, { inlineBelow }: QueryContext): boolean =>
  "asset" in moduleKindOf(path) && toBytes(content).byteLength < inlineBelow;

function component(
  svg: string,
  path: string,
  query: Extract<ImportQuery, { kind: "component" }>,
  { framework }: QueryContext,
): OnLoadResult {
  try {
    return { contents: svgComponent(svg, query.framework ?? framework), loader: "jsx", resolveDir: folderOf(path) };
  } catch (failure) {
    if (!(failure instanceof SvgError)) throw failure;
    return { errors: [{ text: failure.message }] };
  }
}

/** A module that has the address of a file from another import. */
function fromAddress(path: string, make: (address: string) => string): OnLoadResult {
  const imported = `import address from ${JSON.stringify(`${path}?url`)};\n`;
  return { contents: imported + make("ADDRESS").replaceAll('"ADDRESS"', "address"), loader: "js" };
}

function worker(
  path: string,
  query: Extract<ImportQuery, { kind: "worker" | "worker-file" }>,
  specifier: string,
  content: string | Uint8Array,
  { workers, unbuiltWorkers }: QueryContext,
): OnLoadResult {
  const type = query.kind === "worker" ? "module" : query.type;
  const key = `${type} ${path}`;
  const built = workers.get(key);
  if (built === undefined) unbuiltWorkers.add(key);
  // Packages ship a worker as one classic script.
  if (built === undefined && isOfPackage(path)) return { contents: content, loader: "file" };
  if (built === undefined) return { errors: [{ text: inCircle(specifier) }] };
  if ("diagnostics" in built)
    return { errors: built.diagnostics.filter(({ severity }) => severity === "error").map(toMessage) };
  const { address } = built;
  const isClass = query.kind === "worker" && query.as !== "address";
  const contents = isClass ? workerModule(address, query.isShared, type) : `export default ${JSON.stringify(address)};`;
  return { contents, loader: "js" };
}

/** Every worker is built before the scripts that start it, unless that is impossible. Vite refuses these, too. */
const inCircle = (specifier: string): string =>
  `The worker "${specifier}" starts the worker that imports it, so neither can be built first. Start both from the page.`;

const isOfPackage = (path: string): boolean => path.includes("/node_modules/");

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

const toBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
