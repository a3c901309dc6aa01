import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import {
  asList,
  asObject,
  asPackageUse,
  asString,
  asStrings,
  type Data,
  type DataObject,
  isPlain,
} from "./config-data.ts";
import { type ConfigOptions, evaluateConfig, warningAt } from "./evaluate-config.ts";
import { join } from "./glob-import.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** The settings of svelte.config, and those among the options of Svelte's plugin in vite.config. */
export type SvelteSettings = {
  /** The configuration whose preprocessors are code to run, or null where the build's own compilers do it all. */
  preprocess: { path: string; inVite: boolean } | null;
  /** Extensions of components, with their dot. */
  extensions: string[];
  compilerOptions: Record<string, unknown>;
  warnings: Diagnostic[];
};

/** Svelte's plugin for Vite. */
const SVELTE_PLUGIN = "@sveltejs/vite-plugin-svelte";

const NAMES = ["js", "ts", "mjs", "mts"].map((extension) => `svelte.config.${extension}`);
const DEFAULTS: SvelteSettings = { preprocess: null, extensions: [".svelte"], compilerOptions: {}, warnings: [] };

/** Preprocessors whose languages the build compiles. */
const DONE_BY_THE_BUILD = /^(@sveltejs\/(vite-plugin-svelte|kit\/vite)|svelte-preprocess)$/;

/** Settings that are honoured, and those that change nothing of the app. */
const KNOWN =
  /^(preprocess|extensions|compilerOptions|configFile|kit|onwarn|emitCss|hot|inspector|prebundleSvelteLibraries|disableDependencyReinclusion|ignorePluginPreprocessors|vitePlugin|experimental)$/;

/** A configuration of starters without comments: its preprocessor is one that the build does. */
const PLAIN_CONFIG =
  /^import\{vitePreprocess\}from"@sveltejs\/vite-plugin-svelte";?(?:export default|const config=)\{(?:compilerOptions:\{\},)?preprocess:\[?vitePreprocess\(\)\]?,?\};?(?:export default config;?)?$/;

/**
 * Reads how Svelte's components of a project are to be compiled. As in Svelte's plugin, its options in vite.config replace those of
 * svelte.config, apart from `compilerOptions`, which are merged.
 */
export async function readSvelteSettings(
  files: SourceFiles,
  vite: Pick<ViteSettings, "path" | "root" | "plugins">,
  runner: ToolRunner,
  options: ConfigOptions,
): Promise<SvelteSettings> {
  const plugin = vite.plugins.find(({ name }) => name === SVELTE_PLUGIN);
  const hasComponents = [...files.keys()].some((path) => path.endsWith(".svelte"));
  if (!hasComponents && plugin === undefined) return DEFAULTS;
  const inline = asObject((plugin?.options ?? {}) as Data) ?? {};
  const path = configPath(files, vite.root, inline.configFile);
  const ofFile = path === null ? NOTHING : await readConfig(files, path, runner, options);
  const warnings = [...ofFile.warnings];
  const read = (at: string | null, config: DataObject): void => {
    if (at !== null) warnings.push(...warningsOf(files, at, config));
  };
  read(path, ofFile.config);
  read(vite.path, inline);
  const given = { ...ofFile.config, ...inline };
  const inVite = Object.hasOwn(inline, "preprocess");
  const source = inVite ? vite.path : path;
  const extensions = asStrings(given.extensions).filter((one) => /^\.[\w.-]+$/.test(one));
  return {
    preprocess: source !== null && asList(given.preprocess).some(isCode) ? { path: source, inVite } : null,
    extensions: extensions.length === 0 ? DEFAULTS.extensions : extensions,
    compilerOptions: { ...plainOf(ofFile.config.compilerOptions), ...plainOf(inline.compilerOptions) },
    warnings,
  };
}

/** As in Svelte's plugin, `configFile` is relative to Vite's root, and `false` turns the file off. */
function configPath(files: SourceFiles, root: string, configFile: Data | undefined): string | null {
  if (configFile === false) return null;
  const named = asString(configFile);
  const paths = (named === null ? NAMES : [named]).map((name) => join(root, name));
  return paths.find((path) => readText(files, path) !== null) ?? null;
}

type Read = { config: DataObject; warnings: Diagnostic[] };
const NOTHING: Read = { config: {}, warnings: [] };

async function readConfig(files: SourceFiles, path: string, runner: ToolRunner, options: ConfigOptions): Promise<Read> {
  const text = readText(files, path) ?? "";
  const compact = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|(?<=[,;{]\s*)\/\/.*$/gm, "").replace(/\s+/g, " ");
  const tight = compact
    .replaceAll("'", '"')
    .replace(/ ?([{}()[\]:;,="]) ?/g, "$1")
    .trim();
  if (PLAIN_CONFIG.test(tight)) return NOTHING;
  const { value, warnings } = await evaluateConfig(files, path, runner, options);
  return { config: asObject(value ?? {}) ?? {}, warnings };
}

const isCode = (preprocessor: Data): boolean => {
  const use = asPackageUse(preprocessor);
  return use === null || !DONE_BY_THE_BUILD.test(use.name);
};

const plainOf = (options: Data | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(asObject(options) ?? {}).filter(([, value]) => isPlain(value)));

/** A warning for each setting that has no effect here and would change the app. */
function warningsOf(files: SourceFiles, path: string, config: DataObject): Diagnostic[] {
  const unknown = Object.keys(config).filter((name) => !KNOWN.test(name));
  const dynamic = ["vitePlugin", "experimental"].filter((name) =>
    Object.hasOwn(asObject(config[name]) ?? {}, "dynamicCompileOptions"),
  );
  const functions = Object.entries(asObject(config.compilerOptions) ?? {}).filter(([, value]) => !isPlain(value));
  return [
    ...[...unknown, ...dynamic.map(() => "dynamicCompileOptions")].map((name) =>
      warningAt(files, path, name, `The setting "${name}" of ${path} has no effect here.`),
    ),
    ...functions.map(([name]) =>
      warningAt(
        files,
        path,
        name,
        `Edgesmith does not call the function in the option "${name}" of Svelte's compiler in ${path}.`,
      ),
    ),
    ...asList(config.preprocess).flatMap((one) => {
      const use = asPackageUse(one);
      if (use?.name !== "svelte-preprocess") return [];
      return withoutEffect(asObject(use.args?.[0])).map((name) =>
        warningAt(files, path, name, `The option "${name}" of "svelte-preprocess" in ${path} has no effect here.`),
      );
    }),
  ];
}

/** Options of svelte-preprocess that would change its output, apart from turning on a language. */
function withoutEffect(options: DataObject | null): string[] {
  const isLanguage = (value: Data): boolean =>
    value === true || Object.keys(asObject(value) ?? { none: true }).length === 0;
  return Object.entries(options ?? {}).flatMap(([name, value]) =>
    name === "sourceMap" || name === "typescript" || isLanguage(value) ? [] : [name],
  );
}
