import type { ConfigRequest } from "../vite/index.ts";
import { type ConfigCode, configIsolate } from "./config-isolate.ts";
import { CSS_MODULES_ENTRY } from "./css-modules-entry.ts";
import type { ToolDiagnostic } from "./diagnostic.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor } from "./versions.ts";

/** A CSS module after its compilers; `id` is the file name that Vite gives to functions and patterns. Paths are absolute. */
type Sheet = { path: string; id: string; css: string };

/** The caller's part: how a module finds the sheets that it composes. */
export type SheetHost = { find(specifier: string, importer: string): Promise<{ path: string; css: string } | null> };

export type CssModulesInput = ConfigCode & { sheets: Sheet[] };

/** A sheet with its final names; `tokens` are the exports, `imports` the sheets that it composes. */
type NamedSheet = {
  path: string;
  css: string;
  tokens: Record<string, string>;
  imports: string[];
  diagnostics: ToolDiagnostic[];
};

/** CSS modules in the order in which they were given, and sheets that they compose and that are no modules themselves. */
export type NamedSheets = { sheets: NamedSheet[]; composed: { path: string; css: string }[] };

/**
 * Names the classes of CSS modules by `css.modules` of vite.config, which is evaluated again, with postcss-modules as in Vite.
 * @throws ToolFailure for a configuration that throws, does not end or has packages that cannot be bundled
 */
export function nameCssModules(runner: ToolRunner, input: CssModulesInput, host: SheetHost): Promise<NamedSheets> {
  const { tool, request } = toolOf(input);
  return runner.run<NamedSheets>(tool, { ...request, sheets: input.sheets }, host);
}

/** Returns all that the result depends on, apart from sheets outside of the project. */
export function cssModulesKey(input: CssModulesInput): unknown {
  const { tool, request } = toolOf(input);
  return [tool.files, tool.packages, request, input.sheets];
}

/** Names depend on the sheets: with all texts in the request, a change of any file would name them again. */
const toolOf = (input: CssModulesInput): { tool: Tool; request: ConfigRequest } =>
  configIsolate(input, {
    name: "css-modules",
    entry: CSS_MODULES_ENTRY,
    used: packagesFor(() => null, "postcss", "postcss-modules", "generic-names"),
    packagesRead: false,
  });
