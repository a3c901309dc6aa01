import type { ImportKind, OnResolveResult, PluginBuild } from "esbuild-wasm";
import type { Side } from "./side.ts";

/** The namespace of Node's modules for `require` in CommonJS modules. */
const NAMESPACE = "required-node";

/**
 * Resolves one of Node's modules for code outside a browser. A server is an ES module, in which `require` is undefined,
 * so the plugin imports for a CommonJS module what it requires, as wrangler does.
 */
export const nodeModule = (path: string, kind: ImportKind, side: Side): OnResolveResult => {
  const name = path.replace(/^(node:)?/, "node:");
  return kind === "require-call" && side === "server"
    ? { path: name, namespace: NAMESPACE }
    : { path: name, external: true };
};

/** Resolves Node's modules by their full names in a server, and loads the modules that CommonJS modules require. */
export function resolveNodeModules(build: PluginBuild, side: Side): void {
  if (side !== "server") return;
  build.onResolve({ filter: /^node:/ }, ({ path, kind }) => nodeModule(path, kind, side));
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
    contents: `import module_ from ${JSON.stringify(path)};\nmodule.exports = module_;`,
    loader: "js",
  }));
}
