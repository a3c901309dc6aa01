import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import type { PostcssPlugin } from "../tools/postcss.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { asList, asObject, asPackageUse, asString, type Data, dataAt, isPlain } from "./config-data.ts";
import { type ConfigOptions, evaluateConfig, warningAt } from "./evaluate-config.ts";
import { join } from "./glob-import.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** A project's PostCSS plugins, the file that configures them, and warnings about unsupported settings. */
export type PostcssSettings = { plugins: PostcssPlugin[]; path: string; warnings: Diagnostic[] };

const NONE: PostcssSettings = { plugins: [], path: "", warnings: [] };
const NAMES = [
  ...["js", "cjs", "mjs", "ts", "cts", "mts"].map((extension) => `postcss.config.${extension}`),
  ".postcssrc",
  ".postcssrc.json",
  ...["js", "cjs", "mjs", "ts"].map((extension) => `.postcssrc.${extension}`),
];

/** Plugins whose function is built in: imports, standard nesting, prefixes, Tailwind, and minifying. */
const DONE_BY_THE_BUILD =
  /^(tailwindcss(\/nesting(\/index\.js)?)?|@tailwindcss\/(postcss|nesting)|autoprefixer|postcss-(import|nesting|flexbugs-fixes|url)|cssnano)$/;

/** A configuration of known plugins without options, as in starters: their names are read without an isolate. */
const PLAIN_CONFIG =
  /^\s*(?:export\s+default|module\.exports\s*=)\s*\{\s*plugins\s*:\s*\{((?:\s*["']?[\w@/.-]+["']?\s*:\s*\{\s*\}\s*,?)*)\s*\}\s*,?\s*\}\s*;?\s*$/;

/** Reads the plugins of PostCSS that vite.config names, else those of the project's own configuration of it. */
export async function readPostcss(
  files: SourceFiles,
  { root, postcss }: Pick<ViteSettings, "root" | "postcss">,
  runner: ToolRunner,
  options: ConfigOptions,
): Promise<PostcssSettings> {
  if (postcss?.plugins !== undefined) return settingsOf(postcss.plugins, postcss.path, files);
  // As in Vite, a configuration of the repository applies to an app in it.
  const depth = options.root === undefined || options.root === "" ? 0 : options.root.split("/").length;
  const above = Array.from({ length: depth }, (_, index) => "../".repeat(index + 1));
  const folders = [...new Set([...(postcss?.folder === undefined ? [] : [postcss.folder]), root, "", ...above])];
  for (const folder of folders) {
    const path = NAMES.map((name) => join(folder, name)).find((candidate) => readText(files, candidate) !== null);
    if (path !== undefined) return readConfig(files, path, runner, options);
  }
  const inManifest = dataAt(parsedJson(readText(files, "package.json") ?? ""), "postcss.plugins");
  return inManifest === undefined ? NONE : settingsOf(inManifest, "package.json", files);
}

async function readConfig(
  files: SourceFiles,
  path: string,
  runner: ToolRunner,
  options: ConfigOptions,
): Promise<PostcssSettings> {
  const text = readText(files, path) ?? "";
  const plain = PLAIN_CONFIG.exec(text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""))?.[1];
  if (plain !== undefined) {
    const names = [...plain.matchAll(/[\w@/.-]+/g)].map(([name]) => name);
    return settingsOf(Object.fromEntries(names.map((name) => [name, {}])), path, files);
  }
  if (/\.postcssrc(\.json)?$/.test(path)) return settingsOf(dataAt(parsedJson(text), "plugins"), path, files);
  const { value, warnings } = await evaluateConfig(files, path, runner, options);
  const settings = settingsOf(dataAt(value ?? {}, "plugins"), path, files);
  return { ...settings, warnings: [...warnings, ...settings.warnings] };
}

/** `plugins` is a list of plugins, their names, and names with options; or an object of options by name. */
function settingsOf(plugins: Data | undefined, path: string, files: SourceFiles): PostcssSettings {
  const settings: PostcssSettings = { plugins: [], path, warnings: [] };
  const warn = (name: string, message: string) => settings.warnings.push(warningAt(files, path, name, message));
  for (const [name, options] of namedPlugins(plugins)) {
    if (name === null) {
      warn("plugins", `Edgesmith does not run PostCSS plugins that ${path} defines itself.`);
    } else if (options !== false && !DONE_BY_THE_BUILD.test(name)) {
      if (isPlain(options))
        settings.plugins.push({ name, package: packageNameOf(name), options: options === true ? {} : options });
      else warn(name, `Edgesmith does not run the plugin "${name}" of ${path}: its options contain functions.`);
    }
  }
  return settings;
}

function namedPlugins(plugins: Data | undefined): [name: string | null, options: Data][] {
  const object = asObject(plugins);
  if (object !== null) return Object.entries(object);
  if (!Array.isArray(plugins)) return [];
  return plugins.flatMap((one): [string | null, Data][] => {
    const name = Array.isArray(one) ? asString(one[0]) : asString(one);
    if (name !== null) return [[name, (Array.isArray(one) ? one[1] : undefined) ?? {}]];
    if (asList(one).length === 0) return [];
    const use = asPackageUse(one);
    return [[use === null || use.path.length > 0 ? null : use.name, use?.args?.[0] ?? {}]];
  });
}

function parsedJson(text: string): Data {
  try {
    return JSON.parse(text) as Data;
  } catch {
    // The reader of package.json's dependencies reports that it is invalid.
    return {};
  }
}
