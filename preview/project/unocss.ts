import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { ToolFailure } from "../tools/tool-runner.ts";
import { compileUnocss, transformSheets, type UnocssInput } from "../tools/unocss.ts";
import type { Alias, ViteSettings } from "../vite/index.ts";
import { recordOf } from "./config-values.ts";
import { iconFinder } from "./icon-sets.ts";
import { modulesFrom, outsideModules, textsOf } from "./imported-packages.ts";
import { normalize } from "./paths.ts";
import type { RunPlugins } from "./postcss-sheets.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";

/** The style sheets that UnoCSS or Windi CSS makes: files of a project that its modules import by other names. */
export type Unocss = {
  files: SourceFiles;
  aliases: Alias[];
  diagnostics: Diagnostic[];
  /** Runs their transformers over plain style sheets, after the project's PostCSS plugins. */
  after(run: RunPlugins): RunPlugins;
};

const PLUGIN = /^(unocss|@unocss)\/vite$/;
const CONFIG = /^(uno|unocss)\.config\.[cm]?[jt]s$/;
/** The names of UnoCSS's style sheets; `uno:components.css` is one of a layer. */
const SHEET = /["'`]((?:virtual:)?(?:uno|unocss)(?::([\w-]+))?\.css)["'`]/g;
const FOLDER = "__unocss";
const TRANSFORMED = /@apply|--at-|--uno|@screen|theme\(|icon\(/;
const DEFAULT_MAGIC_STRING = "0.30.21";

/** `besideApp` returns the files outside of the app's folder that belong to the app. */
type Compiling = StyleCompiling & { production: boolean; besideApp: () => SourceFiles };

/** Compiles UnoCSS for a project whose vite.config has its plugin; null for any other. */
export async function unocssOf(compiling: Compiling, vite: ViteSettings): Promise<Unocss | null> {
  const plugin = vite.plugins.find(({ name }) => PLUGIN.test(name));
  if (plugin === undefined) return null;
  const { files, runner } = compiling;
  const input = inputOf(compiling, configsOf(files, plugin.options, vite.path));
  try {
    const { css, layers, changed, diagnostics } = await compileUnocss(runner, input);
    const named = sheetNames(files);
    const apart = new Set([...named.values()].flatMap((layer) => (layer === null ? [] : [layer])));
    const rest =
      apart.size === 0
        ? css
        : Object.entries(layers)
            .flatMap(([name, sheet]) => (apart.has(name) ? [] : [sheet]))
            .join("\n");
    const made = [...named].map(([name, layer]): [Alias, [string, string]] => {
      const path = `${FOLDER}/${layer ?? "uno"}.css`;
      return [
        { find: name, replacement: `/${path}` },
        [path, importsFirst(layer === null ? rest : (layers[layer] ?? ""))],
      ];
    });
    return {
      files: new Map([
        ...files,
        ...changed.flatMap(({ path, content }) => (files.has(path) ? [[path, content] as const] : [])),
        ...made.map(([, file]) => file),
      ]),
      aliases: made.map(([alias]) => alias),
      diagnostics,
      after: (run) => async (sheets) =>
        transformed(await run(sheets), sheets, TRANSFORMED, (some) => transformSheets(runner, input, some)),
    };
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    const message = `UnoCSS could not be run: ${failure.message}`;
    const path = input.configPath ?? vite.path ?? "";
    return {
      files,
      aliases: [],
      diagnostics: [{ path, line: 1, column: 1, severity: "error", message }],
      after: (run) => run,
    };
  }
}

/** Options of the plugin itself; the others are a configuration. */
const OWN_OPTIONS = new Set(["mode", "inspector", "configFile", "configDeps", "hmrTopLevelAwait", "fetchMode"]);

type Configs = Pick<UnocssInput, "configPath" | "inlinePath">;

/** Finds the configuration: the file that the plugin's options name or the usual one, and the vite.config whose options are one. */
function configsOf(files: SourceFiles, options: unknown, vitePath: string | null): Configs {
  const given = recordOf(options);
  const named = typeof options === "string" ? options : given.configFile;
  const wanted = typeof named === "string" ? normalize(named) : null;
  const usual = [...files.keys()].find((path) => CONFIG.test(path)) ?? null;
  const isInline = Object.keys(given).some((key) => !OWN_OPTIONS.has(key));
  return {
    configPath: wanted !== null && files.has(wanted) ? wanted : named === false ? null : usual,
    inlinePath: isInline ? vitePath : null,
  };
}

function inputOf(compiling: Compiling, configs: Configs): UnocssInput {
  const { files, versionOf, production } = compiling;
  const texts = textsOf(files);
  const { configPath, inlinePath } = configs;
  const outside = new Map([...outsideModules(compiling, configPath), ...outsideModules(compiling, inlinePath)]);
  const main = versionOf("unocss") === null ? "@unocss/core" : "unocss";
  const packages = {
    ...ofUnocss(importedBy({ texts, outside }, inlinePath, versionOf)),
    ...importedBy({ texts, outside }, configPath, versionOf),
    [main]: versionOf(main) ?? versionOf("@unocss/vite") ?? "latest",
    "magic-string": DEFAULT_MAGIC_STRING,
  };
  const beside = textsOf(compiling.besideApp());
  return { texts, beside, outside, configPath, inlinePath, packages, production, icon: iconFinder(compiling) };
}

/** Other packages of a vite.config are those of its other plugins, which stay stubs. */
const ofUnocss = (packages: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(packages).filter(([name]) => name.includes("unocss")));

/** The packages that the configuration and its own modules import, when package.json has them. */
export function importedBy(
  { texts, outside }: Pick<UnocssInput, "texts" | "outside">,
  configPath: string | null,
  versionOf: StyleCompiling["versionOf"],
): Record<string, string> {
  const packages: Record<string, string> = {};
  if (configPath === null) return packages;
  for (const specifiers of modulesFrom(configPath, new Map([...texts, ...outside])).values()) {
    for (const specifier of specifiers) {
      const name = packageNameOf(specifier);
      const version =
        versionOf(name) ?? (name.startsWith("@unocss/") ? (versionOf("unocss") ?? versionOf("@unocss/vite")) : null);
      if (version !== null) packages[name] = version;
    }
  }
  return packages;
}

/** The style sheets that the project's modules name, each with its layer; null for the one of all other layers. */
function sheetNames(files: SourceFiles): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const content of files.values()) {
    if (typeof content !== "string" || !/\buno(css)?\b/.test(content)) continue;
    for (const [, name = "", layer] of content.matchAll(SHEET)) found.set(name, layer ?? null);
  }
  return found;
}

const IMPORT = /^@import\s+(?:url\(\s*)?(?:"[^"\n]*"|'[^'\n]*'|[^\s"'()\n]+)[^;{}\n]*;[ \t]*\n?/gm;

/**
 * Moves a sheet's imports before its rules, where browsers do not ignore them: those of web fonts are behind the preflights in
 old versions of UnoCSS, such as 0.44.
 */
function importsFirst(css: string): string {
  const imports = css.match(IMPORT) ?? [];
  return imports.length === 0 ? css : imports.map((one) => `${one.trim()}\n`).join("") + css.replace(IMPORT, "");
}

type Transform = (sheets: { path: string; content: string }[]) => Promise<{ path: string; content: string }[]>;

/**
 * Transforms the plain style sheets that have something to expand.
 * @param directives matches the directives to expand
 */
export async function transformed(
  outputs: Awaited<ReturnType<RunPlugins>>,
  sheets: { path: string }[],
  directives: RegExp,
  transform: Transform,
): Promise<Awaited<ReturnType<RunPlugins>>> {
  const meant = outputs.flatMap(({ css }, index) =>
    directives.test(css) ? [{ index, path: sheets[index]?.path ?? "", content: css }] : [],
  );
  if (meant.length === 0) return outputs;
  const changed = await transform(
    meant.map(({ path, content }) => ({ path: `${path.replace(/\.\w+$/, "")}.css`, content })),
  );
  const written = new Map(meant.map(({ index }, at) => [index, changed[at]?.content]));
  return outputs.map((output, index) => ({ ...output, css: written.get(index) ?? output.css }));
}
