import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type PostcssOutput, runPostcss } from "../tools/postcss.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import type { VersionOf } from "../tools/versions.ts";
import type { PostcssSettings } from "../vite/index.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { atProject, type CompiledSheet, fromProject } from "./style-sheets.ts";

const SHEET = /\.(css|pcss|postcss)$/;

/** Runs a project's PostCSS plugins over style sheets; without plugins they stay unchanged. */
export type RunPlugins = (sheets: { path: string; css: string }[]) => Promise<PostcssOutput[]>;

/**
 * Creates the runner of the plugins in a project's PostCSS configuration. They run before Tailwind.
 * @param diagnostics receives one warning for each plugin that cannot run
 */
export function pluginRunner(
  { plugins, path }: PostcssSettings,
  { files, runner, versionOf }: { files: SourceFiles; runner: ToolRunner; versionOf: VersionOf },
  diagnostics: Diagnostic[],
): RunPlugins {
  const said = new Set<string>();
  const warn = (name: string, reason: string) => {
    if (said.has(name)) return;
    said.add(name);
    const message = `Edgesmith does not run the plugin "${name}" of ${path}: ${reason}`;
    diagnostics.push({ ...placeOf(path, readText(files, path) ?? "", name), severity: "warning", message });
  };
  const known = plugins.filter((plugin) => {
    const isKnown = versionOf(plugin.package) !== null;
    if (!isKnown) warn(plugin.name, `"${plugin.package}" is not in package.json.`);
    return isKnown;
  });
  return async (sheets) => {
    if (known.length === 0 || sheets.length === 0) return sheets.map(({ css }) => ({ css, diagnostics: [] }));
    const asked = sheets.map((sheet) => ({ ...sheet, path: atProject(sheet.path) }));
    const { outputs, failed } = await runPostcss(runner, { sheets: asked, plugins: known, versionOf });
    for (const [name, reason] of failed) warn(name, reason);
    return outputs.map(({ css, diagnostics: found }) => ({
      css,
      diagnostics: found.map((diagnostic) => ({ ...diagnostic, path: fromProject(diagnostic.path) })),
    }));
  };
}

/** Returns the project's files with processed style sheets, and the sheets that plugins changed or reported. */
export async function withPlugins(
  files: SourceFiles,
  run: RunPlugins,
): Promise<{ files: SourceFiles; sheets: Map<string, CompiledSheet> }> {
  const found = [...files].flatMap(([path, css]) =>
    SHEET.test(path) && typeof css === "string" ? [{ path, css }] : [],
  );
  const outputs = await run(found);
  const sheets = new Map(
    found.flatMap(({ path, css }, index): [string, CompiledSheet][] => {
      const output = outputs[index];
      return output === undefined || (output.css === css && output.diagnostics.length === 0) ? [] : [[path, output]];
    }),
  );
  const changed = [...sheets].map(([path, { css }]) => [path, css] as const);
  return { files: changed.length === 0 ? files : new Map([...files, ...changed]), sheets };
}

/**
 * Returns the errors of sheets that no module imports as warnings, since a page may never load them, and Tailwind may
 * have inlined them into another sheet.
 * @param told the build's diagnostics
 */
export function warningsOfUnimported(sheets: ReadonlyMap<string, CompiledSheet>, told: Diagnostic[]): Diagnostic[] {
  const isTold = ({ path, message }: Diagnostic) => told.some((one) => one.path === path && one.message === message);
  const found = [...sheets.values()].flatMap(({ diagnostics }) => diagnostics);
  return found.filter((one) => !isTold(one)).map((one) => ({ ...one, severity: "warning" }));
}
