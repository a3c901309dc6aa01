import type { Built } from "./esbuild.ts";
import type { MountedFiles } from "./mounted-files.ts";
import { statedFormats } from "./stated-format.ts";

/** The end of a CommonJS script that `import()` loads: esbuild exports the module as a whole, without its names. */
const WHOLE_EXPORT = /\bexport default ([\w$]+)\(\);?\s*$/;

/**
 * Gives a CommonJS module that `import()` loads the namespace that it has with Vite: its own names, and as `default`
 * the module or, for a compiled ES module, its export of that name. When the importing scripts have a stated format,
 * `default` is always the module, as in Vite 8. The names are known only at run time, so the script exports a function
 * `then`, whose result `import()` returns. The code is appended to the script, where it shifts no line of a source map.
 */
export async function nameLateExports(built: Built | null, files: MountedFiles): Promise<void> {
  for (const file of built?.outputFiles ?? []) {
    if (!file.path.endsWith(".js") || !WHOLE_EXPORT.test(file.text.slice(-MAX_END))) continue;
    const isWhole = await isImportedByFormat(built, file.path, files);
    const named = file.text.replace(WHOLE_EXPORT, (_, name: string) => withNames(name, isWhole));
    file.contents = new TextEncoder().encode(named);
  }
}

/** Whether all scripts that load a module by `import()` have a stated format: they share the module's exports. */
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

/** Maximum length of such an ending, in characters. */
const MAX_END = 400;

const withNames = (name: string, isWhole: boolean): string => `const $late_module = ${name}(), $late_names = {};
if ($late_module !== null && (typeof $late_module === "object" || typeof $late_module === "function"))
  for (const key of Object.getOwnPropertyNames($late_module))
    Object.defineProperty($late_names, key, { get: () => $late_module[key], enumerable: true, configurable: true });
if (${isWhole ? "true" : '!$late_module?.__esModule || !("default" in $late_module)'}) Object.defineProperty($late_names, "default", { value: $late_module, enumerable: true, configurable: true });
const $late_then = (resolve) => resolve($late_names);
export { $late_module as default, $late_then as then };
`;
