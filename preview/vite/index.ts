// Vite's conventions as functions of a project's files: the part of a build outside of the bundler.

export { applyAlias } from "./alias.ts";
export type { Data } from "./config-data.ts";
export { PROJECT, prepared, SHIMS } from "./config-runtime.ts";
export { type ConfigTool, configTool } from "./config-tool.ts";
export { defines, type Injected } from "./define.ts";
export { type Mode, readEnv, unsetVariables } from "./env.ts";
export { type ConfigOptions, type ConfigRequest, configRequest, evaluateConfig } from "./evaluate-config.ts";
export { folderOf, join, relative } from "./glob-import.ts";
export { fillTemplate } from "./html-template.ts";
export type { ModuleContext } from "./module-edits.ts";
export { pagesOf } from "./pages.ts";
export { replacePlaceholders } from "./placeholders.ts";
export { pluginSettingsOf } from "./plugin-settings.ts";
export { dedupeOfPlugins, isKnownPlugin } from "./plugins-of.ts";
export { type PostcssSettings, readPostcss } from "./postcss-config.ts";
export { type PageParts, pageEntry, readPage } from "./read-page.ts";
export { readViteSettings } from "./read-vite-settings.ts";
export { replaceMetaUrl } from "./replace-meta-url.ts";
export { type ImportQuery, parseSuffix, wasmInit, workerModule } from "./suffixes.ts";
export { readSvelteSettings, type SvelteSettings } from "./svelte-config.ts";
export { SvgError, type SvgFramework, svgComponent } from "./svg-component.ts";
export { transformModule } from "./transform-module.ts";
export { unsetDefines } from "./unset-defines.ts";
export {
  type Alias,
  defaultSettings,
  type LocalsConvention,
  type Plugin,
  type Resolution,
  type ViteSettings,
} from "./vite-settings.ts";
export { wasmInterface } from "./wasm-interface.ts";
export { workspaceModule } from "./workspace-module.ts";
export { type PageReplacements, writePage } from "./write-page.ts";
