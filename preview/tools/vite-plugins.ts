import type { Data } from "../vite/index.ts";
import { type ConfigCode, configIsolate } from "./config-isolate.ts";
import type { ToolRunner } from "./tool-runner.ts";
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

export type PluginInput = ConfigCode & {
  /** The constants of the app's environment. */
  values: Record<string, string>;
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

/**
 * Runs the hooks `resolveId`, `load`, `transform` and `transformIndexHtml` of a project's Vite plugins over its files.
 * @throws ToolFailure for plugins that cannot be bundled, do not end or throw while they start
 */
export function runVitePlugins(runner: ToolRunner, input: PluginInput, host: PluginHost): Promise<PluginOutput> {
  const { values, sources, pages } = input;
  const { tool, request } = configIsolate(input, {
    name: "vite-plugins",
    entry: VITE_PLUGINS_ENTRY,
    used: packagesFor(() => null, "acorn"),
    packagesRead: true,
  });
  return runner.run<PluginOutput>({ ...tool, makesCode: true }, { ...request, values, sources, pages }, host);
}
