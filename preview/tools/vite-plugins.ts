import { configTool, type Data, PROJECT, prepared, SHIMS } from "../vite/index.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor } from "./versions.ts";
import { VITE_PLUGINS_ENTRY } from "./vite-plugins-entry.ts";

/** `isModule`: whether it is a script or a style sheet, and no file that plugins alone make a module. */
type PluginSource = { path: string; code: string; isModule: boolean };

/** The caller's part: how the project's files are found, read and compiled. */
export type PluginHost = {
  /** Returns the imports of modules in order, each with the path of the project's file that it means; null for others. */
  imports(modules: { id: string; code: string }[]): { specifier: string; id: string | null }[][];
  find(specifier: string, importer: string | null): string | null;
  read(id: string): string | null;
  /** Compiles types and JSX; null where it cannot. */
  compile(id: string, code: string): Promise<string | null>;
};

export type PluginInput = {
  /** The project's text files, by path. */
  texts: ReadonlyMap<string, string>;
  configPath: string;
  /** Versions or ranges of the packages that the configuration imports for real, by name. */
  packages: Record<string, string>;
  production: boolean;
  /** The constants of the app's environment. */
  values: Record<string, string>;
  variables: Record<string, Record<string, string>>;
  sources: PluginSource[];
  pages: { path: string; html: string }[];
};

/** What plugins made of a project. Ids are paths below `/project/`, with queries, or names that plugins gave. */
export type PluginOutput = {
  /** The configuration after all "config" hooks, without its plugins. */
  settings: Data;
  changed: { path: string; code: string }[];
  made: { id: string; code: string }[];
  resolutions: { importer: string; specifier: string; id: string }[];
  pages: { path: string; html: string }[];
  emitted: { path: string; source: string }[];
  failed: { name: string; hook: string; path: string | null; message: string }[];
};

/** How long plugins may take: with the configuration, which is evaluated before, less than ten seconds. */
const MAX_MS = 7_000;
/** Longest file that plugins can read, as for the configuration itself. */
const MAX_TEXT_LENGTH = 64_000;
const READS_FILES = /\b(?:node:)?fs\b/;

/** Modules that packages of plugins ask for, and that are stand-ins there as well. */
const REPLACED: Record<string, string> = {
  vite: "vite.cjs",
  fs: "fs.cjs",
  "node:fs": "fs.cjs",
  "fs/promises": "fs-promises.cjs",
  "node:fs/promises": "fs-promises.cjs",
};

/**
 * Runs the hooks `resolveId`, `load`, `transform` and `transformIndexHtml` of a project's Vite plugins over its files.
 * @throws ToolFailure for plugins that cannot be bundled, do not end or throw while they start
 */
export function runVitePlugins(runner: ToolRunner, input: PluginInput, host: PluginHost): Promise<PluginOutput> {
  const { texts, configPath, packages, production, values, variables, sources, pages } = input;
  const { tool } = configTool(texts, configPath, packages);
  const mode = production ? "production" : "development";
  // Packages may read files through modules that a configuration does not show.
  const isReading =
    Object.keys(packages).length > 0 ||
    [...(tool.files ?? [])].some(([path, code]) => texts.has(path) && READS_FILES.test(code));
  const request = {
    folder: PROJECT,
    env: { mode, command: production ? "build" : "serve", isSsrBuild: false, isPreview: false },
    variables,
    values,
    paths: isReading ? [...texts.keys()] : [],
    texts: isReading ? Object.fromEntries([...texts].filter(([, text]) => text.length <= MAX_TEXT_LENGTH)) : {},
    sources,
    pages,
  };
  return runner.run<PluginOutput>({ ...tool, ...runningTool(configPath, packages) }, request, host);
}

function runningTool(configPath: string, packages: Record<string, string>): Omit<Tool, "files"> {
  const entry = VITE_PLUGINS_ENTRY.replace("PREPARED", () => prepared(configPath))
    .replace("CONFIG", () => `${PROJECT}/${configPath}`)
    .replaceAll("SHIMS", () => SHIMS);
  const shim = (name: string): string => `${SHIMS.slice(PROJECT.length + 1)}/${name}`;
  return {
    name: "vite-plugins",
    entry,
    packages: { ...packages, ...packagesFor(() => null, "acorn") },
    replaced: Object.fromEntries(Object.entries(REPLACED).map(([name, module]) => [name, shim(module)])),
    keepsState: true,
    maxMs: MAX_MS,
  };
}
