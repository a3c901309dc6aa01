import { ToolFailure } from "../tools/tool-runner.ts";
import { applyWindicss, compileWindicss, type WindicssInput } from "../tools/windicss.ts";
import type { Alias, ViteSettings } from "../vite/index.ts";
import { outsideModules, textsOf } from "./imported-packages.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import { importedBy, transformed, type Unocss } from "./unocss.ts";

const PLUGIN = "vite-plugin-windicss";
const CONFIG = /^(windi|tailwind)\.config\.[cm]?[jt]s$/;
/** The names of the plugin's style sheets: one of all layers, or one of each. */
const SHEET = /["'`]((?:virtual:)?windi(?:-(base|components|utilities))?\.css)["'`]/g;
const DEVTOOLS = "virtual:windi-devtools";
const FOLDER = "__windicss";
const TRANSFORMED = /@apply|@variants|@screen|@layer|theme\(/;
/** The last version: the library is no longer developed. */
const DEFAULT_VERSION = "3.5.6";

/** Compiles Windi CSS for a project whose vite.config has its plugin; null for any other. */
export async function windicssOf(compiling: StyleCompiling, vite: ViteSettings): Promise<Unocss | null> {
  const plugin = vite.plugins.find(({ name }) => name === PLUGIN);
  if (plugin === undefined) return null;
  const { files, runner } = compiling;
  const input = inputOf(compiling, plugin.options);
  try {
    const { layers, changed } = await compileWindicss(runner, input);
    const made = [...sheetNames(input.texts)].map(([name, layer]): [Alias, [string, string]] => {
      const path = `${FOLDER}/${layer ?? "windi"}.css`;
      const css = layer === null ? Object.values(layers).join("\n") : (layers[layer] ?? "");
      return [{ find: name, replacement: `/${path}` }, [path, css]];
    });
    const empty = `${FOLDER}/devtools.js`;
    return {
      files: new Map([
        ...files,
        ...changed.map(({ path, content }) => [path, content] as const),
        ...made.map(([, file]) => file),
        [empty, "export {};\n"],
      ]),
      aliases: [...made.map(([alias]) => alias), { find: DEVTOOLS, replacement: `/${empty}` }],
      diagnostics: [],
      after: (run) => async (sheets) =>
        transformed(await run(sheets), sheets, TRANSFORMED, (some) => applyWindicss(runner, input, some)),
    };
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    const message = `Windi CSS could not be run: ${failure.message}`;
    const path = input.configPath ?? vite.path ?? "";
    return {
      files,
      aliases: [],
      diagnostics: [{ path, line: 1, column: 1, severity: "error", message }],
      after: (run) => run,
    };
  }
}

function inputOf(compiling: StyleCompiling, options: unknown): WindicssInput {
  const { files, versionOf } = compiling;
  const texts = textsOf(files);
  const configPath =
    [...files.keys()]
      .filter((path) => CONFIG.test(path))
      .toSorted()
      .at(-1) ?? null;
  const outside = outsideModules(compiling, configPath);
  const given = typeof options === "object" && options !== null ? options : {};
  const safelist = [Reflect.get(given, "safelist")].flat(2).filter((one) => typeof one === "string");
  return {
    texts,
    configPath,
    version: versionOf("windicss") ?? DEFAULT_VERSION,
    outside,
    packages: importedBy({ texts, outside }, configPath, (name) => (name === PLUGIN ? null : versionOf(name))),
    options: {
      preflight: Reflect.get(given, "preflight") !== false,
      safelist: safelist.flatMap((names) => names.split(/\s+/)),
    },
  };
}

/** The style sheets that the project's modules name, each with its layer; null for the one of all layers. */
function sheetNames(texts: ReadonlyMap<string, string>): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const content of texts.values())
    for (const [, name = "", layer] of content.matchAll(SHEET)) found.set(name, layer ?? null);
  return found;
}
