import type { Built } from "./esbuild.ts";
import type { MountedFiles } from "./mounted-files.ts";
import { statedFormats } from "./stated-format.ts";

/** How a script ends that is loaded by `import()` and is a CommonJS module: esbuild exports it whole, without its names. */
const WHOLE_EXPORT = /\bexport default ([\w$]+)\(\);?\s*$/;

/**
 * Gives CommonJS modules that are loaded by `import()` the names that a namespace of them has with Vite: their own, and as
 * `default` the module, or the export of that name in a compiled ES module, unless scripts import it whose format is stated:
 * those take the module, as with Vite 8. Only code that runs knows the names, so the script exports a function `then`, whose
 * result `import()` returns. It is at the script's end, where it moves no line of a source map.
 */
export async function nameLateExports(built: Built | null, files: MountedFiles): Promise<void> {
  for (const file of built?.outputFiles ?? []) {
    if (!file.path.endsWith(".js") || !WHOLE_EXPORT.test(file.text.slice(-MAX_END))) continue;
    const isWhole = await isImportedByFormat(built, file.path, files);
    const named = file.text.replace(WHOLE_EXPORT, (_, name: string) => withNames(name, isWhole));
    file.contents = new TextEncoder().encode(named);
  }
}

/** Whether all scripts that import a module late have a stated format: they share its exports. */
async function isImportedByFormat(built: Built | null, script: string, files: MountedFiles): Promise<boolean> {
  const { inputs = {}, outputs = {} } = built?.metafile ?? {};
  const module = outputs[script.slice(files.root.length + 1)]?.entryPoint;
  const formatOf = statedFormats(files);
  const importers = Object.keys(inputs).filter((path) =>
    inputs[path]?.imports.some((one) => one.path === module && one.kind === "dynamic-import"),
  );
  const formats = await Promise.all(importers.map((path) => formatOf(`${files.root}/${path}`)));
  return formats.length > 0 && formats.every((format) => format !== null);
}

/** The most characters that such an end has. */
const MAX_END = 400;

const withNames = (name: string, isWhole: boolean): string => `const $late_module = ${name}(), $late_names = {};
if ($late_module !== null && (typeof $late_module === "object" || typeof $late_module === "function"))
  for (const key of Object.getOwnPropertyNames($late_module))
    Object.defineProperty($late_names, key, { get: () => $late_module[key], enumerable: true, configurable: true });
if (${isWhole ? "true" : '!$late_module?.__esModule || !("default" in $late_module)'}) Object.defineProperty($late_names, "default", { value: $late_module, enumerable: true, configurable: true });
const $late_then = (resolve) => resolve($late_names);
export { $late_module as default, $late_then as then };
`;
