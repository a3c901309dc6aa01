import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { hashOf } from "./assets.ts";
import { ownSources } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import type { SourceFiles } from "./source-files.ts";
import { readWrangler } from "./wrangler-config.ts";

/** The app's server: one module. `id` is a hash of it, so the same id always means the same code. */
export type ServerCode = { id: string; script: string; sourceMap: string; hasApp: boolean };

export type ServerBuild = { server: ServerCode | null; diagnostics: Diagnostic[] };

const SERVERS = ["server.ts", "server.tsx", "server.js", "server.jsx", "server.mts", "server.mjs"];

/** The module of an app's server: ours in `src/`, or what a wrangler configuration names as `main`; null where there is none. */
export function serverEntryOf(files: SourceFiles): string | null {
  const own = SERVERS.map((name) => `src/${name}`).find((path) => files.has(path));
  if (own !== undefined) return own;
  const { main } = readWrangler(files);
  return main !== null && files.has(main) ? main : null;
}

/** Builds the app's server. */
export async function buildServer(entry: string, { project, bundle }: Compiling): Promise<ServerBuild> {
  const { built, diagnostics } = await bundle([project.at(entry)], "server");
  if (built === null) return { server: null, diagnostics };
  const script = built.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  const sourceMap = built.outputFiles.find(({ path }) => path.endsWith(".js.map"))?.text ?? "";
  const exported = Object.values(built.metafile.outputs).flatMap((output) => output.exports);
  const hasApp = exported.includes("App");
  const found = [...diagnostics];
  if (!hasApp && !exported.includes("default")) {
    const message = 'The server exports neither a Durable Object class "App" nor a default object with fetch().';
    found.push({ path: entry, line: 0, column: 0, severity: "error", message });
  }
  const server = { id: await hashOf(script), script, sourceMap: ownSources(sourceMap, project), hasApp };
  return { server, diagnostics: found };
}
