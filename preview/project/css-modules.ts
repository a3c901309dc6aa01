import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { cssModuleImports } from "./css-module-imports.ts";
import { cssModuleValues } from "./css-module-values.ts";
import { type NamedModule, namedCssModules } from "./named-css-modules.ts";
import type { Precompilation, PrecompileInput } from "./precompilation.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { readText } from "./source-files.ts";
import { styleFiles } from "./style-compiler.ts";
import type { CompiledSheet } from "./style-sheets.ts";

/** CSS modules whose classes vite.config names, and the values of those that the bundler names, by path. */
export type CssModules = {
  named: ReadonlyMap<string, NamedModule>;
  values: ReadonlyMap<string, { values: ReadonlyMap<string, string> }>;
  diagnostics: Diagnostic[];
};

type Compiled = { settings: ProjectSettings; compiled: Precompilation; sheets: ReadonlyMap<string, CompiledSheet> };

/** Evaluates names and values of a project's CSS modules, and writes the sheets without them into the mounted project. */
export async function cssModulesOf(
  compiling: PrecompileInput,
  project: MountedProject,
  { settings, compiled, sheets }: Compiled,
): Promise<CssModules> {
  const { files } = compiling;
  const compiledOf = (path: string) => sheets.get(path)?.css ?? readText(files, path);
  const inlined = cssModuleImports(files.keys(), compiledOf);
  const textOf = (path: string) => inlined.get(path) ?? compiledOf(path);
  for (const [path, css] of inlined) project.files.put(project.at(path), css);
  const styles = styleFiles(compiling);
  const named = await namedCssModules({ compiling, settings, compiled, styles, textOf });
  const isNamed = named.modules.size > 0;
  const values = isNamed ? new Map<string, never>() : cssModuleValues(files, compiled.modules, textOf);
  for (const [path, css] of named.sheets) project.files.put(project.at(path), css);
  for (const [path, { css }] of values) project.files.put(project.at(path), css);
  return { named: named.modules, values, diagnostics: named.diagnostics };
}
