import type { Loader, OnLoadResult, Plugin } from "esbuild";
import { type PackageFiles, resolveImport, type Side } from "./resolve-import.ts";
import type { SourceFiles } from "./source-files.ts";
import { addressOf } from "./static-files.ts";

const LOADERS: Record<string, Loader> = {
  ts: "ts",
  mts: "ts",
  cts: "ts",
  tsx: "tsx",
  js: "jsx",
  mjs: "js",
  cjs: "js",
  jsx: "jsx",
  json: "json",
  css: "css",
  txt: "text",
  md: "text",
  sql: "text",
  html: "text",
};

/** Lets esbuild find and read the modules of a project and of its packages; nothing else exists for it. */
export function modulePlugin(side: Side, files: SourceFiles, packages: PackageFiles): Plugin {
  return {
    name: "project-modules",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind, resolveDir }) => {
        const from = resolveDir === "" && importer === "" ? "" : importer;
        const resolution = resolveImport(path, from, kind, side, files, packages);
        if ("external" in resolution) return { path: resolution.external, external: true };
        if ("missing" in resolution) return { errors: [{ text: resolution.missing }] };
        const address = kind === "url-token" ? addressOf(resolution.path) : null;
        if (address !== null) return { path: address, external: true };
        const query = /\?(raw|url)$/.exec(path)?.[0];
        return { path: resolution.path, namespace: "project", ...(query ? { suffix: query } : {}) };
      });
      build.onLoad({ filter: /.*/, namespace: "project" }, ({ path, suffix }) => load(path, suffix, files, packages));
    },
  };
}

function load(path: string, suffix: string, files: SourceFiles, packages: PackageFiles): OnLoadResult {
  const content = path.startsWith("node_modules/") ? packages.read(path) : files.get(path);
  if (content === null || content === undefined) return { errors: [{ text: `There is no file ${path}.` }] };
  const loader = path.endsWith(".module.css") ? "local-css" : LOADERS[extensionOf(path)];
  if (suffix === "?raw") return { contents: content, loader: "text" };
  if (loader === undefined || suffix === "?url") return addressModule(path, content);
  return { contents: content, loader };
}

/** An image or a font is served as it lies; to a script it is its address. */
function addressModule(path: string, content: string | Uint8Array): OnLoadResult {
  const address = addressOf(path);
  if (address === null || path.startsWith("node_modules/")) return { contents: content, loader: "dataurl" };
  return { contents: `export default ${JSON.stringify(address)};`, loader: "js" };
}

function extensionOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}
