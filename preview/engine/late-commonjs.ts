import type { Built } from "./esbuild.ts";
import { isBrowser, type Side } from "./side.ts";

/** How a script ends that is loaded by `import()` and is a CommonJS module: esbuild exports it whole, without its names. */
const WHOLE_EXPORT = /\bexport default ([\w$]+)\(\);?\s*$/;

/**
 * Gives CommonJS modules that are loaded by `import()` the names that a namespace of them has with Vite: their own, and as
 * `default` the module, or what a compiled ES module exports under that name. Only code that runs knows the names, so the
 * script exports a function `then`, whose result `import()` returns. It is at the script's end, where it moves no line of
 * a source map.
 */
export function nameLateExports(built: Built | null, side: Side): void {
  // The runtime takes each export of a server as a handler.
  if (!isBrowser(side)) return;
  for (const file of built?.outputFiles ?? []) {
    if (!file.path.endsWith(".js") || !WHOLE_EXPORT.test(file.text.slice(-MAX_END))) continue;
    file.contents = new TextEncoder().encode(file.text.replace(WHOLE_EXPORT, (_, name: string) => withNames(name)));
  }
}

/** The most characters that such an end has. */
const MAX_END = 400;

const withNames = (name: string): string => `const $late_module = ${name}(), $late_names = {};
if ($late_module !== null && (typeof $late_module === "object" || typeof $late_module === "function"))
  for (const key of Object.getOwnPropertyNames($late_module))
    Object.defineProperty($late_names, key, { get: () => $late_module[key], enumerable: true, configurable: true });
if (!$late_module?.__esModule) Object.defineProperty($late_names, "default", { value: $late_module, enumerable: true });
const $late_then = (resolve) => resolve($late_names);
export { $late_module as default, $late_then as then };
`;
