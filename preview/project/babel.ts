import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { runBabel } from "../tools/babel.ts";
import type { ViteSettings } from "../vite/index.ts";
import { compileChanged } from "./compile-cache.ts";
import { inTool, own } from "./precompilation.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";

/** Modules of an app, without configurations and declarations, which no page loads. */
const MODULE = /^(?!.*(\.config\.|\.d\.[cm]?ts$)).*\.[cm]?[jt]sx?$/;

/**
 * Runs the Babel plugins of a project's vite.config over its modules. A plugin that does not run is a warning with its
 * reason.
 */
export async function withBabel(
  { files, runner, versionOf, production }: StyleCompiling & { production: boolean },
  { babel, path }: ViteSettings,
): Promise<{ files: SourceFiles; diagnostics: Diagnostic[] }> {
  const sources = [...files].flatMap(([file, content]) =>
    typeof content === "string" && MODULE.test(file) ? [{ path: file, content }] : [],
  );
  if (babel.length === 0 || sources.length === 0) return { files, diagnostics: [] };
  let failed: ReadonlyMap<string, string> = new Map();
  const outputs = await compileChanged(sources, {
    key: ["babel", babel, production, babel.map(({ name }) => versionOf(name))],
    compile: async (changed) => {
      const ran = await runBabel(runner, { sources: changed.map(inTool), plugins: babel, production, versionOf });
      failed = ran.failed;
      return ran.outputs ?? changed.map(({ content }) => ({ code: content, diagnostics: [] }));
    },
    isWhole: () => failed.size === 0,
  });
  const changed = sources.map(({ path: file }, index) => [file, outputs[index]?.code ?? ""] as const);
  const left = [...failed].map(([name, reason]) => {
    const message = `The Babel plugin "${name}" of ${path ?? "vite.config"} could not be run: ${reason}`;
    return { path: path ?? "", line: 1, column: 1, severity: "warning" as const, message };
  });
  return {
    files: new Map([...files, ...changed]),
    diagnostics: [...left, ...outputs.flatMap(({ diagnostics }) => own(diagnostics))],
  };
}
