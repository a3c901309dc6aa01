import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Plugin } from "../vite/index.ts";
import { hashOf } from "./assets.ts";
import { ownSources } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { entryPointsOf } from "./entry-points.ts";
import { functionRoutes, functionsServer } from "./pages-functions.ts";
import { normalize } from "./paths.ts";
import { placeOfName } from "./place-of.ts";
import { type ServerSource, withManifest } from "./server-entries.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { sourceOfMain } from "./unbuilt-main.ts";
import { type BoundObjects, type OwnService, readWrangler, type WranglerConfig } from "./wrangler-config.ts";
import { type BoundStores, storesProblem, unappliedSchema } from "./wrangler-stores.ts";

/** The app's server: one module. `id` is a hash of it, so the same id always identifies the same code. */
export type ServerCode = {
  id: string;
  script: string;
  sourceMap: string;
  hasApp: boolean;
  /** Exports that the server itself calls as entry points; builds from before them have none. */
  entryPoints?: string[];
  /** Bindings of the project's wrangler configuration; absent without one. */
  environment?: ServerEnvironment;
  /** Cron expressions that call the server; builds from before them have none. */
  crons?: string[];
};

/** Builds from before Durable Objects, stores, buckets or own services were supported have none. */
type ServerEnvironment = Pick<WranglerConfig, "vars" | "assets"> & {
  objects?: BoundObjects[];
  stores?: BoundStores;
  buckets?: string[];
  services?: OwnService[];
};

/** The Durable Objects that a server's wrangler configuration binds. */
export const objectsOf = ({ environment }: ServerCode): BoundObjects[] => environment?.objects ?? [];

/** The D1 databases and KV namespaces that a server's wrangler configuration binds. */
export const storesOf = ({ environment }: ServerCode): BoundStores =>
  environment?.stores ?? { databases: [], namespaces: [] };

/** The bindings of a server's wrangler configuration to its own entry points. */
export const ownServicesOf = ({ environment }: ServerCode): OwnService[] => environment?.services ?? [];

export type ServerBuild = { server: ServerCode | null; diagnostics: Diagnostic[] };

const SERVERS = ["server.ts", "server.tsx", "server.js", "server.jsx", "server.mts", "server.mjs"];

/** The source of an app's server: a module of the project, or the functions of Cloudflare Pages. */
export type ServerEntry =
  | { kind: "module"; path: string; environment?: ServerEnvironment; isOfPages?: true }
  | { kind: "functions"; environment: ServerEnvironment };

/** Hono's plugins of Vite, which build or run a server without a page, and the modules they take without an option. */
const HONO_PLUGIN = /^@hono\/vite-(build(\/[\w-]+)?|cloudflare-pages|cloudflare-workers|dev-server)$/;
const HONO_ENTRIES = ["src/index.ts", "src/index.tsx", "app/server.ts", "src/index.js", "src/index.jsx"];

/**
 * Finds an app's server: Edgesmith's in `src/`, the wrangler configuration's `main` or the source of it, `functions/`, or the
 * entry of Hono's plugins for Vite; null without any.
 */
export function serverEntryOf(files: SourceFiles, plugins: readonly Plugin[]): ServerEntry | null {
  const own = SERVERS.map((name) => `src/${name}`).find((path) => files.has(path));
  const { main, path, vars, assets, objects, stores, buckets, services } = readWrangler(files);
  const environment = { vars, assets, objects, stores, buckets, services };
  if (main !== null && files.has(main)) return { kind: "module", path: main, environment };
  if (own !== undefined) return { kind: "module", path: own, ...(path !== null && { environment }) };
  const ofPages = pagesWorker(files);
  if (ofPages !== null) {
    const bound = { ...environment, assets: OF_WORKER };
    return { kind: "module", path: ofPages, environment: bound, isOfPages: true };
  }
  const ofHono = honoEntry(files, plugins);
  if (ofHono !== null) return { kind: "module", path: ofHono, environment: ofPagesPlugin(environment, plugins) };
  const source = sourceOfMain(files);
  if (source !== null) return { kind: "module", path: source, environment };
  if (functionsServer(files, (path) => path) === null) return null;
  return {
    kind: "functions",
    environment: { vars, assets: { ...OF_FUNCTIONS, workerFirst: functionRoutes(files) }, stores, buckets },
  };
}

/**
 * The Worker of Cloudflare Pages' advanced mode, which handles every request:
 * https://developers.cloudflare.com/pages/functions/advanced-mode/
 */
function pagesWorker(files: SourceFiles): string | null {
  const names = ["_worker.js", "_worker.ts", "_worker.js/index.js"];
  const found = ["", "public/"].flatMap((folder) => names.map((name) => `${folder}${name}`));
  return found.find((path) => files.has(path)) ?? null;
}

/**
 * Hono's plugins for Pages leave each file of the public folder to Pages under its own address (`_routes.json`), so that the server
 * answers the root also where there is an `index.html`.
 */
function ofPagesPlugin(environment: ServerEnvironment, plugins: readonly Plugin[]): ServerEnvironment {
  const { assets } = environment;
  const isOfPages = plugins.some(({ name }) => HONO_PLUGIN.test(name) && name.endsWith("cloudflare-pages"));
  if (!isOfPages || assets.workerFirst === true) return environment;
  return { ...environment, assets: { ...assets, workerFirst: [...assets.workerFirst, "/"] } };
}

function honoEntry(files: SourceFiles, plugins: readonly Plugin[]): string | null {
  const ofHono = plugins.filter(({ name }) => HONO_PLUGIN.test(name));
  const named = ofHono.flatMap(({ options }) => {
    const entry: unknown = typeof options === "object" && options !== null ? Reflect.get(options, "entry") : undefined;
    return [entry].flat().filter((one) => typeof one === "string");
  });
  const candidates = ofHono.length === 0 ? [] : [...named.map((one) => normalize(one)), ...HONO_ENTRIES];
  return candidates.find((path) => files.has(path)) ?? null;
}

/**
 * Builds the app's server.
 * @param sources the sources that its pages name, as they are built
 */
export async function buildServer(
  entry: ServerEntry,
  compiling: Compiling,
  sources: readonly ServerSource[],
): Promise<ServerBuild> {
  const { project, bundle } = compiling;
  const { built, diagnostics } = await bundle([putServer(entry, compiling)], "server");
  if (built === null) return { server: null, diagnostics };
  const bundled = built.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  const script = withManifest(bundled, sources, compiling.settings.vite.root);
  const sourceMap = built.outputFiles.find(({ path }) => path.endsWith(".js.map"))?.text ?? "";
  const exported = Object.values(built.metafile.outputs).flatMap((output) => output.exports);
  const { environment } = entry;
  const objects = environment?.objects ?? [];
  // When App is one of several bound classes, the default export serves visitors, as on Cloudflare.
  const isBound = objects.some(({ className }) => className === "App") && exported.includes("default");
  const hasApp = exported.includes("App") && !isBound;
  const found = [...diagnostics, ...missingBindings(entry, exported, compiling)];
  if (!hasApp && !exported.includes("default")) {
    const path = entry.kind === "module" ? entry.path : "functions";
    const isServiceWorker = /\baddEventListener\(\s*["'`]fetch["'`]/.test(readText(compiling.files, path) ?? "");
    const message = isServiceWorker
      ? 'The server is written as a service worker, with addEventListener("fetch"). Only modules run here: export a default object with fetch(request, env) instead, which an agent can do.'
      : 'The server exports neither a Durable Object class "App" nor a default object with fetch().';
    found.push({ path, line: 0, column: 0, severity: "error", message });
  }
  const id = await hashOf(environment === undefined ? script : `${JSON.stringify(environment)}\n${script}`);
  const classes = new Set([...objects.map(({ className }) => className), ...(hasApp ? ["App"] : [])]);
  const entryPoints = entryPointsOf(script, exported, environment?.services ?? []).filter((name) => !classes.has(name));
  const code = { id, script, sourceMap: ownSources(sourceMap, project), hasApp, entryPoints };
  return { server: environment === undefined ? code : { ...code, environment }, diagnostics: found };
}

/** Names that the platform gives every server (services/isolate-modules.ts). */
const PLATFORM_BINDINGS = new Set(["FILES", "AI", "MAIL"]);

/** The bindings to exports that a server lacks, each with the name in the configuration that shows its place. */
function unexported(
  { objects = [], services = [] }: ServerEnvironment,
  exported: string[],
): { binding: string; at: string; what: string }[] {
  return [
    ...objects
      .filter(({ className }) => !exported.includes(className) || !isClassName(className))
      .map(({ binding, className }) => ({ binding, at: className, what: `the class "${className}"` })),
    ...services
      .filter(({ entryPoint }) => !exported.includes(entryPoint))
      .map(({ binding, entryPoint }) => ({ binding, at: binding, what: `"${entryPoint}"` })),
  ];
}

/** Warns at build time, since a server fails when it reads a missing binding. */
function missingBindings(entry: ServerEntry, exported: string[], { files }: Compiling): Diagnostic[] {
  const { environment } = entry;
  if (environment === undefined) return [];
  const config = readWrangler(files);
  const found: Diagnostic[] = [];
  const say = (severity: Diagnostic["severity"], path: string, name: string, message: string) =>
    found.push({ ...placeOfName(path, readText(files, path) ?? "", name), severity, message });
  const own = config.path ?? "";
  for (const { binding, at, what } of unexported(environment, exported))
    say("error", own, at, `The server does not export ${what}, which ${own} binds to ${binding}.`);
  const problem = environment.stores === undefined ? null : storesProblem(environment.stores);
  if (problem !== null) found.push({ path: own, line: 0, column: 0, severity: "error", message: problem });
  const schema = environment.stores === undefined ? null : unappliedSchema(environment.stores, files);
  if (schema !== null) found.push({ ...schema, line: 1, column: 1, severity: "warning" });
  // Pages functions can define neither Durable Objects nor entry points.
  const foreign = environment.objects === undefined ? config.objects : [];
  const unbound = environment.services === undefined ? config.services : [];
  const absent = [
    ...config.absent,
    ...unbound.map(({ binding: name }) => ({ name, kind: "a service" })),
    ...foreign.map(({ binding: name }) => ({ name, kind: "a Durable Object namespace" })),
  ];
  for (const { name, kind } of absent) {
    const instead = PLATFORM_BINDINGS.has(name) ? "the platform's own (docs/apps.md)" : "undefined";
    const message = `The binding ${name}, ${kind}, does not exist here: env.${name} is ${instead}.`;
    say("warning", own, name, message);
  }
  for (const queue of config.consumed)
    say("warning", own, queue, `The queue ${queue} does not exist here: the server's queue() is not called.`);
  for (const { name, path } of config.secrets)
    say(
      "warning",
      path,
      name,
      `The secret ${name} has no value here: env.${name} is undefined. Set it in the app's settings: as a secret, which a grant adds to requests to other hosts, or as a variable, where the server itself computes with it, as with a password or a key that signs sessions.`,
    );
  return found;
}

/** Classes are exported by their names (app/app-platform.ts). */
const isClassName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default";

/** Pages' functions ask for static files under this name. */
const OF_FUNCTIONS: ServerEnvironment["assets"] = {
  binding: "ASSETS",
  workerFirst: [],
  has404Page: false,
  directory: null,
};

/** Such a Worker also asks for static files, and before it none is served. */
const OF_WORKER: ServerEnvironment["assets"] = { ...OF_FUNCTIONS, workerFirst: true };

/** Absolute path of the server's entry module. */
function putServer(entry: ServerEntry, { project, files }: Compiling): string {
  if (entry.kind === "module") return project.at(entry.path);
  const path = `${project.files.root}/entries/functions.js`;
  project.files.put(path, functionsServer(files, project.at) ?? "");
  return path;
}
