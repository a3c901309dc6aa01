import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Alias } from "../vite/index.ts";
import { fileRoutes, layoutsModule } from "./file-routes.ts";
import type { RunPlugins } from "./postcss-sheets.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { includedShaders } from "./shaders.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import { svgSprite } from "./svg-sprite.ts";
import { unocssOf } from "./unocss.ts";

/** A project's files with those that its Vite plugins generate, and the names by which modules import these. */
export type GeneratedFiles = {
  files: SourceFiles;
  aliases: Alias[];
  diagnostics: Diagnostic[];
  /** Runs the generators of plain style sheets after the project's PostCSS plugins. */
  afterPlugins(run: RunPlugins): RunPlugins;
};

const FOLDER = "__generated";

/**
 * Generates the modules and style sheets that no file has: utilities of UnoCSS, routes and layouts of page components,
 * sprites of SVGs.
 */
export async function generatedFiles(
  compiling: StyleCompiling & { production: boolean },
  { vite }: ProjectSettings,
): Promise<GeneratedFiles> {
  const unocss = await unocssOf(compiling, vite);
  const files = unocss?.files ?? compiling.files;
  const routes = fileRoutes(vite.plugins, files);
  const layouts = layoutsModule(vite.plugins, files);
  const modules = [
    ...(routes?.modules ?? []),
    ...(layouts === null ? [] : [["virtual:generated-layouts", layouts] as const]),
    ...svgSprite(vite.plugins, files),
  ].map(([name, content], index) => ({ name, content, path: `${FOLDER}/${index}.ts` }));
  const made = modules.map(({ path, content }) => [path, content] as const);
  return {
    files: new Map([...files, ...includedShaders(files), ...(routes?.pages ?? []), ...made]),
    aliases: [
      ...(unocss?.aliases ?? []),
      ...modules.map(({ name, path }) => ({ find: name, replacement: `/${path}` })),
    ],
    diagnostics: unocss?.diagnostics ?? [],
    afterPlugins: (run) => unocss?.after(run) ?? run,
  };
}
