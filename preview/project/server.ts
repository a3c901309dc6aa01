import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { hashOf } from "./assets.ts";
import { ownSources } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { functionsServer } from "./pages-functions.ts";
import type { SourceFiles } from "./source-files.ts";
import { readWrangler, type WranglerConfig } from "./wrangler-config.ts";

/** The app's server: one module. `id` is a hash of it, so the same id always means the same code. */
export type ServerCode = {
  id: string;
  script: string;
  sourceMap: string;
  hasApp: boolean;
  /** What the project's wrangler configuration gives its server; absent where it has none. */
  environment?: ServerEnvironment;
};

type ServerEnvironment = Pick<WranglerConfig, "vars" | "assets">;

export type ServerBuild = { server: ServerCode | null; diagnostics: Diagnostic[] };

const SERVERS = ["server.ts", "server.tsx", "server.js", "server.jsx", "server.mts", "server.mjs"];

/** What an app's server is built from: a module of the project, or the functions of Cloudflare Pages. */
export type ServerEntry = { kind: "module"; path: string; environment?: ServerEnvironment } | { kind: "functions" };

/** An app's server: ours in `src/`, what a wrangler configuration names as `main`, or `functions/`; null where there is none. */
export function serverEntryOf(files: SourceFiles): ServerEntry | null {
  const own = SERVERS.map((name) => `src/${name}`).find((path) => files.has(path));
  const { main, vars, assets } = readWrangler(files);
  const environment = { vars, assets };
  if (main !== null && files.has(main)) return { kind: "module", path: main, environment };
  if (own !== undefined) return { kind: "module", path: own };
  return functionsServer(files, (path) => path) === null ? null : { kind: "functions" };
}

/** Builds the app's server. */
export async function buildServer(entry: ServerEntry, compiling: Compiling): Promise<ServerBuild> {
  const { project, bundle } = compiling;
  const { built, diagnostics } = await bundle([putServer(entry, compiling)], "server");
  if (built === null) return { server: null, diagnostics };
  const script = built.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  const sourceMap = built.outputFiles.find(({ path }) => path.endsWith(".js.map"))?.text ?? "";
  const exported = Object.values(built.metafile.outputs).flatMap((output) => output.exports);
  const hasApp = exported.includes("App");
  const found = [...diagnostics, ...absentBindings(entry, compiling)];
  if (!hasApp && !exported.includes("default")) {
    const message = 'The server exports neither a Durable Object class "App" nor a default object with fetch().';
    const path = entry.kind === "module" ? entry.path : "functions";
    found.push({ path, line: 0, column: 0, severity: "error", message });
  }
  const environment = entry.kind === "functions" ? OF_FUNCTIONS : entry.environment;
  const id = await hashOf(environment === undefined ? script : `${JSON.stringify(environment)}\n${script}`);
  const code = { id, script, sourceMap: ownSources(sourceMap, project), hasApp };
  return { server: environment === undefined ? code : { ...code, environment }, diagnostics: found };
}

/** A server that reads a binding which is not there fails when it does: better said before. */
function absentBindings(entry: ServerEntry, { files }: Compiling): Diagnostic[] {
  if (entry.kind !== "module" || entry.environment === undefined) return [];
  const { absent, path: config } = readWrangler(files);
  const path = config ?? "";
  return absent.map(({ name, kind }) => {
    const message = `The binding ${name}, ${kind}, does not exist here: env.${name} is undefined. Keep data in an exported class App with its own SQLite storage.`;
    return { path, line: 0, column: 0, severity: "warning" as const, message };
  });
}

/** Pages' functions ask for static files under this name. */
const OF_FUNCTIONS: ServerEnvironment = {
  vars: {},
  assets: { binding: "ASSETS", workerFirst: [], has404Page: false, directory: null },
};

/** The absolute path of the module that a server begins with. */
function putServer(entry: ServerEntry, { project, files }: Compiling): string {
  if (entry.kind === "module") return project.at(entry.path);
  const path = `${project.files.root}/entries/functions.js`;
  project.files.put(path, functionsServer(files, project.at) ?? "");
  return path;
}
