import type { Plugin } from "esbuild-wasm";
import { CODE_KINDS } from "../engine/import-kinds.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { VersionOf } from "../tools/versions.ts";
import type { Plugin as VitePlugin } from "../vite/index.ts";
import { recordOf } from "./config-values.ts";

const NAMESPACE = "svg-module";
const RESOLVING = { resolving: NAMESPACE };

/** Exports of a plain import of an SVG, other than its address. */
type SvgExports = "component" | "component-and-address" | "text";

/** The version in which vite-plugin-svgr began to need `?react`. */
const SVGR_BY_QUERY = 4;

/**
 * Decides by the plugins of vite.config what a plain import of an SVG exports; null for its address, as in Vite.
 * Sources: https://github.com/pd4d10/vite-plugin-svgr (and its version 3), https://github.com/jpkleemans/vite-svg-loader
 */
export function svgExportsOf(plugins: readonly VitePlugin[], versionOf: VersionOf): SvgExports | null {
  for (const { name, options } of plugins) {
    const { defaultImport, exportAsDefault, include } = recordOf(options);
    if (name === "vite-svg-loader") {
      if (defaultImport === "url") return null;
      return defaultImport === "raw" ? "text" : "component";
    }
    if (name !== "vite-plugin-svgr") continue;
    const major = Number(/\d+/.exec(versionOf(name) ?? "")?.[0] ?? SVGR_BY_QUERY);
    if (major < SVGR_BY_QUERY) return exportAsDefault === true ? "component" : "component-and-address";
    const patterns = [include].flat().filter((pattern) => typeof pattern === "string");
    return patterns.some((pattern) => pattern.endsWith(".svg")) ? "component" : null;
  }
  return null;
}

/** Returns the plugin that gives plain imports of SVGs these exports; none without any. */
export function svgModules(exports: SvgExports | null, project: MountedProject): Plugin[] {
  if (exports === null) return [];
  const setup: Plugin["setup"] = (build) => {
    build.onResolve({ filter: /\.svg$/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
      const isCode = CODE_KINDS.includes(kind) && namespace !== NAMESPACE;
      if (pluginData === RESOLVING || !isCode || resolveDir.includes("/node_modules/")) return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
      const isOwn = found.errors.length === 0 && found.path.startsWith(project.at("")) && found.namespace === "file";
      return isOwn ? { path: found.path, namespace: NAMESPACE } : found;
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: sourceOf(exports, path),
      loader: "js",
      resolveDir: path.slice(0, path.lastIndexOf("/")),
    }));
  };
  return [{ name: "svg-modules", setup }];
}

function sourceOf(exports: SvgExports, path: string): string {
  const from = (query: string) => JSON.stringify(`${path}?${query}`);
  if (exports === "text") return `export { default } from ${from("raw")};`;
  if (exports === "component") return `export { default, ReactComponent } from ${from("component")};`;
  return `export { default } from ${from("url")};\nexport { default as ReactComponent } from ${from("component")};`;
}
