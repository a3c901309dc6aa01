import type { SourceFiles } from "../project/source-files.ts";

/** Vite plugins that replace Node's modules with npm packages. */
const PLUGINS = ["vite-plugin-node-polyfills", "vite-plugin-node-stdlib-browser", "rollup-plugin-polyfill-node"];

/**
 * The packages by module, with their ranges and the specifier of their entry. Source: dependencies of
 * node-stdlib-browser 1.3, which the first two plugins use.
 */
const POLYFILLS: Record<string, { name: string; range: string; entry?: string }> = {
  assert: { name: "assert", range: "^2.0.0" },
  buffer: { name: "buffer", range: "^5.7.1" },
  constants: { name: "constants-browserify", range: "^1.0.0" },
  crypto: { name: "crypto-browserify", range: "^3.12.1" },
  events: { name: "events", range: "^3.0.0" },
  http: { name: "stream-http", range: "^3.2.0" },
  https: { name: "https-browserify", range: "^1.0.0" },
  os: { name: "os-browserify", range: "^0.3.0", entry: "os-browserify/browser" },
  path: { name: "path-browserify", range: "^1.0.1" },
  process: { name: "process", range: "^0.11.10", entry: "process/browser" },
  punycode: { name: "punycode", range: "^1.4.1" },
  querystring: { name: "querystring-es3", range: "^0.2.1" },
  stream: { name: "stream-browserify", range: "^3.0.0" },
  string_decoder: { name: "string_decoder", range: "^1.0.0" },
  timers: { name: "timers-browserify", range: "^2.0.4" },
  tty: { name: "tty-browserify", range: "0.0.1" },
  url: { name: "url", range: "^0.11.4" },
  util: { name: "util", range: "^0.12.4" },
  vm: { name: "vm-browserify", range: "^1.0.1" },
  zlib: { name: "browserify-zlib", range: "^0.2.0" },
};

/** The modules behind the globals that the plugins define: `Buffer`, `process` and `global`. */
const GLOBALS = ["buffer", "process"];

/**
 * Returns the modules of Node that a project's plugins replace in browsers, with the specifiers that stand for them:
 * those that its own files import, and those of the globals. Empty without such a plugin.
 * @param dependencies all dependencies of package.json
 */
export function nodePolyfills(files: SourceFiles, dependencies: Record<string, string>): Map<string, string> {
  if (!PLUGINS.some((name) => Object.hasOwn(dependencies, name))) return new Map();
  const imported = new Set(GLOBALS);
  for (const content of files.values()) {
    if (typeof content !== "string") continue;
    for (const [, name = ""] of content.matchAll(/["'](?:node:)?([a-z_]+)\/?["']/g)) imported.add(name);
  }
  const used = Object.entries(POLYFILLS).filter(([name]) => imported.has(name));
  return new Map(used.map(([module, { name, entry = name }]) => [module, entry]));
}

/** Returns the ranges of the packages behind these modules, by name; package.json's own ranges go before them. */
export function polyfillRanges(files: SourceFiles, dependencies: Record<string, string>): Record<string, string> {
  const names = [...nodePolyfills(files, dependencies).keys()];
  return Object.fromEntries(
    names.flatMap((module) => {
      const known = POLYFILLS[module];
      return known === undefined ? [] : [[known.name, dependencies[known.name] ?? known.range]];
    }),
  );
}

/** Source of a module that defines the globals before a page's own modules run. */
export const NODE_GLOBALS = `import { Buffer } from "buffer";
import process from "process/browser";
globalThis.Buffer ??= Buffer;
globalThis.process ??= process;
globalThis.global ??= globalThis;
`;
