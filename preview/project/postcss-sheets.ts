import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type PostcssOutput, runPostcss } from "../tools/postcss.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import type { VersionOf } from "../tools/versions.ts";
import type { PostcssSettings } from "../vite/index.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { atProject, fromProject } from "./style-sheets.ts";

const SHEET = /\.(css|pcss|postcss)$/;

/** Runs a project's PostCSS plugins over style sheets; where it has none they stay as they are. */
export type RunPlugins = (sheets: { path: string; css: string }[]) => Promise<PostcssOutput[]>;

/**
 * What runs the plugins that a project's configuration of PostCSS names. They run before Tailwind compiles what they leave.
 * @param diagnostics is told of each plugin that cannot be run, once
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
    const message = `The plugin "${name}" of ${path} is not run here: ${reason}`;
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

/** The project's files with its style sheets as the plugins leave them, and what is wrong with these. */
export async function withPlugins(
  files: SourceFiles,
  run: RunPlugins,
): Promise<{ files: SourceFiles; changed: Map<string, string>; diagnostics: Diagnostic[] }> {
  const sheets = [...files].flatMap(([path, css]) =>
    SHEET.test(path) && typeof css === "string" ? [{ path, css }] : [],
  );
  const outputs = await run(sheets);
  const changed = new Map(
    sheets.flatMap(({ path, css }, index): [string, string][] => {
      const output = outputs[index];
      return output === undefined || output.css === css ? [] : [[path, output.css]];
    }),
  );
  const diagnostics = outputs.flatMap((output) => output.diagnostics);
  return { files: changed.size === 0 ? files : new Map([...files, ...changed]), changed, diagnostics };
}
