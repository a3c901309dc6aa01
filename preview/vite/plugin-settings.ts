import type { SourceFiles } from "../project/source-files.ts";
import { asList, type Data, dataAt } from "./config-data.ts";
import { type ConfigOptions, warningAt } from "./evaluate-config.ts";
import { jsxOf } from "./plugins-of.ts";
import { settingsOf } from "./settings-of.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** Settings that "config" hooks of packages' plugins may change. The root and the pages are read before these hooks run. */
const CHANGED_BY_HOOKS = [
  "base",
  "publicDir",
  "envPrefix",
  "dedupe",
  "resolution",
  "headers",
  "cssModules",
  "preprocessorOptions",
  "target",
  "assetsInlineLimit",
  "minify",
  "assetExtensions",
  "drop",
  "pure",
  "jsx",
  "jsxInject",
] as const;

/** What "config" hooks of packages' plugins make of the settings: those that they change, and further constants and aliases. */
export type PluginSettings = Pick<ViteSettings, "alias" | "define" | "warnings"> & { changed: Partial<ViteSettings> };

/**
 * Returns the settings of a configuration after the "config" hooks of packages' plugins, which are stubs while the configuration
 * is read first.
 *
 * @param config the configuration without its list of plugins, in which whatever packages made is no data
 * @param vite the settings of the first reading
 */
export function pluginSettingsOf(
  config: Data,
  vite: ViteSettings & { path: string },
  files: SourceFiles,
  command: ConfigOptions["command"],
): PluginSettings {
  const read = settingsOf(config, vite.path, files, command);
  const after: ViteSettings = { ...read, jsx: jsxOf(config, vite.plugins) };
  const names = CHANGED_BY_HOOKS.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(vite[name]));
  const changed: Partial<ViteSettings> = Object.fromEntries(names.map((name) => [name, after[name]]));
  // The plugin that says how classes are named is a package, which only the evaluation with packages runs.
  if (changed.cssModules?.naming !== undefined) changed.cssModules = { ...changed.cssModules, naming: "code" };
  const added = asList(dataAt(config, "css.postcss.plugins")).length > asList(vite.postcss?.plugins).length;
  const message = `A plugin of ${vite.path} adds plugins of PostCSS, which are not run here. Put them into postcss.config.js.`;
  const warnings = added ? [warningAt(files, vite.path, "plugins", message)] : [];
  // Whatever else cannot be read is a warning of the first reading.
  return { alias: read.alias, define: read.define, changed, warnings };
}
