import type { SourceFiles } from "../project/source-files.ts";
import { babelPluginsOf } from "./babel-plugins.ts";
import {
  asList,
  asObject,
  asRegExp,
  asString,
  asStrings,
  type Data,
  dataAt,
  isPlain,
  isTagged,
} from "./config-data.ts";
import { PROJECT } from "./config-runtime.ts";
import { type ConfigOptions, warningAt } from "./evaluate-config.ts";
import { join } from "./glob-import.ts";
import { outputOf } from "./output-of.ts";
import { isQuickPattern } from "./pattern-cost.ts";
import { aliasesOfPlugins, areKnown, jsxOf, pluginsOf } from "./plugins-of.ts";
import { type Alias, defaultSettings, type ViteSettings } from "./vite-settings.ts";

/** Unsupported settings that would change the output. */
const NOT_HONOURED = [
  "server.proxy",
  "html.cspNonce",
  "html.additionalAssetSources",
  "css.lightningcss",
  "build.cssTarget",
  "esbuild.define",
  "esbuild.footer",
  "esbuild.banner",
  "build.lib",
  "build.ssr",
  "build.rollupOptions.external",
  "build.rolldownOptions.external",
];
/** Lists of further plugins, which are not run, and may be of those that have no effect here anyway. */
const FURTHER_PLUGINS = ["build.rollupOptions.plugins", "build.rolldownOptions.plugins", "worker.plugins"];

/** Collects unsupported names without duplicates. */
export type Warn = (name: string, message: string) => void;

/**
 * Converts an evaluated vite.config to settings.
 *
 * @param config the result of `evaluateConfig`
 * @param path the file, for the positions of warnings
 */
export function settingsOf(
  config: Data,
  path: string,
  files: SourceFiles,
  command: ConfigOptions["command"],
): ViteSettings {
  const settings = defaultSettings();
  const warned = new Set<string>();
  const warn: Warn = (name, message) => {
    if (warned.has(name)) return;
    warned.add(name);
    settings.warnings.push(warningAt(files, path, name.split(".").at(-1) ?? name, message));
  };
  for (const name of NOT_HONOURED) {
    if (dataAt(config, name) !== undefined) warn(name, `The setting "${name}" of ${path} has no effect here.`);
  }
  for (const name of FURTHER_PLUGINS) {
    if (!areKnown(dataAt(config, name))) warn(name, `The setting "${name}" of ${path} has no effect here.`);
  }
  const root = projectPath(asString(dataAt(config, "root")) ?? "", "");
  const folder = (name: string) => asString(dataAt(config, name));
  settings.path = path;
  settings.root = root;
  settings.base = baseOf(dataAt(config, "base"), command);
  settings.publicDir =
    dataAt(config, "publicDir") === false ? null : projectPath(folder("publicDir") || "public", root);
  settings.envDir = dataAt(config, "envDir") === false ? null : projectPath(folder("envDir") ?? "", root);
  settings.envPrefix = prefixesOf(dataAt(config, "envPrefix"), warn);
  const aliases = aliasesOf(dataAt(config, "resolve.alias"), root, warn);
  settings.define = definesOf(dataAt(config, "define"), warn);
  settings.dedupe = asStrings(dataAt(config, "resolve.dedupe"));
  settings.resolution = {
    extensions: asStrings(dataAt(config, "resolve.extensions")).filter((one) => /^\.[\w.-]+$/.test(one)),
    conditions: asStrings(dataAt(config, "resolve.conditions")).filter((one) => one !== "development|production"),
    mainFields: asStrings(dataAt(config, "resolve.mainFields")),
  };
  settings.inconsistentInterop = dataAt(config, "legacy.inconsistentCjsInterop") === true;
  settings.inputs = inputsOf(config, root);
  settings.headers = isolationHeadersOf(config);
  settings.cssModules = cssModulesOf(dataAt(config, "css.modules"));
  settings.preprocessorOptions = preprocessorOptionsOf(dataAt(config, "css.preprocessorOptions"), warn);
  Object.assign(settings, outputOf(config, warn));
  Object.assign(settings, pluginsOf(dataAt(config, "plugins"), path, warn, command));
  settings.babel = babelPluginsOf(dataAt(config, "plugins"), (name) =>
    warn(`babel ${name}`, `Edgesmith does not run the Babel plugin "${name}" of ${path}. Code that needs it fails.`),
  );
  settings.alias = [...aliases, ...aliasesOfPlugins(settings.plugins)];
  settings.postcss = postcssOf(dataAt(config, "css.postcss"), root, path);
  settings.jsx = jsxOf(config, settings.plugins);
  settings.jsxInject = asString(dataAt(config, "esbuild.jsxInject")) ?? asString(dataAt(config, "oxc.jsxInject"));
  return settings;
}

/** Headers of Vite's servers without which a page has no `SharedArrayBuffer`. */
const ISOLATION = /^cross-origin-(embedder|opener)-policy$/i;

function isolationHeadersOf(config: Data): Record<string, string> {
  const all = { ...asObject(dataAt(config, "preview.headers")), ...asObject(dataAt(config, "server.headers")) };
  const entries = Object.entries(all).filter(
    ([name, value]) => ISOLATION.test(name) && /^[\w-]+$/.test(asString(value) ?? ""),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function postcssOf(data: Data | undefined, root: string, path: string): ViteSettings["postcss"] {
  const folder = asString(data);
  if (folder !== null) return { folder: projectPath(folder, root), path };
  const plugins = dataAt(data, "plugins");
  return plugins === undefined ? null : { plugins, path };
}

/** Converts a path of the isolate, or one relative to `folder`, to a path of the project. */
function projectPath(path: string, folder: string): string {
  if (path === PROJECT || path.startsWith(`${PROJECT}/`)) return join("", path.slice(PROJECT.length));
  return join(folder, path);
}

/** As in Vite, development ignores a relative base. Only the path of a URL counts: the app has its own origin. */
function baseOf(base: Data | undefined, command: ConfigOptions["command"]): string {
  const text = asString(base) ?? "/";
  if (text === "" || text === "./") return command === "serve" ? "/" : "./";
  const path = /^https?:\/\//.test(text) ? new URL(text).pathname : text;
  return `/${path}/`.replace(/\/{2,}/g, "/");
}

function prefixesOf(data: Data | undefined, warn: Warn): string[] {
  const prefixes = asStrings(data);
  if (prefixes.includes(""))
    warn("envPrefix", "An empty envPrefix would show every variable to visitors, so it is left out.");
  const usable = prefixes.filter((prefix) => prefix !== "");
  return usable.length === 0 ? ["VITE_"] : usable;
}

function aliasesOf(data: Data | undefined, root: string, warn: Warn): Alias[] {
  const object = asObject(data);
  const entries: [Data | undefined, Data | undefined][] = Array.isArray(data)
    ? data.map((one) => [asObject(one)?.find, asObject(one)?.replacement])
    : Object.entries(object ?? {});
  return entries.flatMap(([written, target]): Alias[] => {
    const find = asString(written) ?? asRegExp(written);
    const replacement = asString(target);
    if (find === null || replacement === null) {
      warn(
        "alias",
        `An alias of vite.config is not written as text, so it is left out: ${JSON.stringify(written ?? null)}.`,
      );
      return [];
    }
    if (typeof find !== "string" && !isUsable(find)) {
      warn(
        `alias ${find.regex}`,
        `The alias /${find.regex}/ of vite.config could take very long to match an import, so it is left out. Write it without a repetition inside of a repetition.`,
      );
      return [];
    }
    const alias = normalizeAlias(find, projectReplacement(replacement, root));
    return [
      /^\.\.?\//.test(replacement) ? { ...alias, relative: normalizeAlias(find, replacement).replacement } : alias,
    ];
  });
}

function isUsable({ regex, flags }: { regex: string; flags: string }): boolean {
  try {
    return isQuickPattern(new RegExp(regex, flags).source);
  } catch {
    // A configuration may contain data that only resembles a recorded expression.
    return false;
  }
}

/** As in Vite, an alias with trailing slashes on both sides equals one without. */
function normalizeAlias(find: Alias["find"], replacement: string): Alias {
  const isFolder = typeof find === "string" && find.endsWith("/") && replacement.endsWith("/");
  return isFolder ? { find: find.slice(0, -1), replacement: replacement.slice(0, -1) } : { find, replacement };
}

/** A replacement with a leading slash is relative to Vite's root, unless it is a path of the isolate. */
function projectReplacement(replacement: string, root: string): string {
  const isPath = /^(\/|\.\.?\/)/.test(replacement);
  if (!isPath) return replacement;
  const slash = replacement.length > 1 && replacement.endsWith("/") ? "/" : "";
  // The groups of a regular expression, `$1`, are no segments of a path, so nothing of them is lost.
  return `/${projectPath(replacement, root)}${slash}`.replace(/^\/\/$/, "/");
}

function definesOf(data: Data | undefined, warn: Warn): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(data) ?? {}).flatMap(([name, value]): [string, string][] => {
      if (isTagged(value, "undefined")) return [[name, "undefined"]];
      if (isPlain(value)) return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
      warn(name, `The constant "${name}" of vite.config cannot be computed here, so it is not defined.`);
      return [];
    }),
  );
}

function inputsOf(config: Data, root: string): string[] {
  const input = ["input", "build.rolldownOptions.input", "build.rollupOptions.input"]
    .map((name) => dataAt(config, name))
    .find((data) => data !== undefined);
  const object = asObject(input);
  return asStrings(object === null ? input : Object.values(object)).map((path) => projectPath(path, root));
}

const CONVENTIONS = ["camelCase", "camelCaseOnly", "dashes", "dashesOnly"] as const;

/** Settings that change the names of classes, or which names a style sheet has. */
const NAMING = ["generateScopedName", "scopeBehaviour", "globalModulePaths", "hashPrefix", "exportGlobals"];

function cssModulesOf(data: Data | undefined): ViteSettings["cssModules"] {
  const modules = asObject(data) ?? {};
  const given = Object.entries(modules).filter(([, value]) => !isTagged(value, "undefined"));
  const convention = CONVENTIONS.find((one) => one === modules.localsConvention);
  const naming = given.filter(([name, value]) => {
    if (name === "localsConvention") return convention === undefined && value !== null;
    return NAMING.includes(name) && !(name === "scopeBehaviour" && value === "local");
  });
  const settings = convention === undefined ? {} : { localsConvention: convention };
  if (naming.length === 0) return settings;
  const isCode = naming.some(([, value]) => isTagged(value, "function") || isTagged(value, "package"));
  return { ...settings, naming: isCode ? "code" : "patterns" };
}

/** Preprocessors whose sheets a function may be called for (additional-data.ts). */
const PREPROCESSORS = new Set(["scss", "sass", "less"]);

function preprocessorOptionsOf(data: Data | undefined, warn: Warn): Record<string, Record<string, unknown>> {
  const languages = Object.entries(asObject(data) ?? {});
  return Object.fromEntries(
    languages.map(([language, options]) => {
      const kept = Object.entries(asObject(options) ?? {}).filter(([name, value]) => {
        const isCalled = name === "additionalData" && PREPROCESSORS.has(language) && isTagged(value, "function");
        if (isCalled) return true;
        if (!isPlain(value))
          warn(
            `css.preprocessorOptions.${language}.${name}`,
            `Edgesmith does not call the function in the option "${name}" of ${language}.`,
          );
        return isPlain(value) && asList(value).length > 0;
      });
      return [language, Object.fromEntries(kept)];
    }),
  );
}
