// Vite's conventions as functions of a project's files: what a build needs beside the bundler.

export { applyAlias } from "./alias.ts";
export { asPackageUse, type Data, type PackageUse } from "./config-data.ts";
export { type ConfigTool, configTool } from "./config-tool.ts";
export { type DefineOptions, type Defines, defineOf, defines } from "./define.ts";
export { DEFAULT_ENV_PREFIXES, type Env, type EnvOptions, type Mode, readEnv, unsetVariables } from "./env.ts";
export { type ConfigOptions, type EvaluatedConfig, evaluateConfig } from "./evaluate-config.ts";
export type { ModuleContext, TransformedModule } from "./module-edits.ts";
export type { PageContext } from "./page-paths.ts";
export { pagesOf } from "./pages.ts";
export { type PlaceholderOptions, replacePlaceholders } from "./placeholders.ts";
export { type PageAsset, type PageImport, type PageParts, pageEntry, readPage } from "./read-page.ts";
export { readViteSettings } from "./read-vite-settings.ts";
export { type ImportQuery, parseSuffix, type SuffixedImport, wasmInit, workerModule } from "./suffixes.ts";
export { SvgError, type SvgFramework, svgComponent } from "./svg-component.ts";
export { transformModule } from "./transform-module.ts";
export { type Alias, defaultSettings, type Plugin, type ViteSettings } from "./vite-settings.ts";
export { type PageReplacements, writePage } from "./write-page.ts";
