import { type ConfigRequest, configRequest, configTool, PROJECT, prepared, SHIMS } from "../vite/index.ts";
import { CSS_MODULES_ENTRY } from "./css-modules-entry.ts";
import type { ToolDiagnostic } from "./diagnostic.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor } from "./versions.ts";

/** A CSS module after its compilers; `id` is the file name that Vite gives to functions and patterns. Paths are absolute. */
type Sheet = { path: string; id: string; css: string };

/** The caller's part: how a module finds the sheets that it composes. */
export type SheetHost = { find(specifier: string, importer: string): Promise<{ path: string; css: string } | null> };

export type CssModulesInput = {
  sheets: Sheet[];
  /** The project's text files, by path. */
  texts: ReadonlyMap<string, string>;
  configPath: string;
  /** Versions or ranges of the packages that the configuration imports for real, by name. */
  packages: Record<string, string>;
  production: boolean;
};

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

/** How long functions of a configuration may take: with the configuration, which is evaluated before, less than ten seconds. */
const MAX_MS = 7_000;

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

function toolOf({ texts, configPath, packages, production }: CssModulesInput): { tool: Tool; request: ConfigRequest } {
  const { tool } = configTool(texts, configPath, packages);
  const entry = CSS_MODULES_ENTRY.replace("PREPARED", () => prepared(configPath))
    .replace("CONFIG", () => `${PROJECT}/${configPath}`)
    .replaceAll("SHIMS", () => SHIMS);
  const used = { ...packages, ...packagesFor(() => null, "postcss", "postcss-modules", "generic-names") };
  const command = production ? ("build" as const) : ("serve" as const);
  const mode = production ? ("production" as const) : ("development" as const);
  return {
    tool: { ...tool, name: "css-modules", entry, packages: used, maxMs: MAX_MS },
    request: configRequest(texts, tool, { mode, command }),
  };
}
