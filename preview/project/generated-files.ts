import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Alias } from "../vite/index.ts";
import { withBabel } from "./babel.ts";
import { fileRoutes, layoutsModule } from "./file-routes.ts";
import { type IconModules, iconModules } from "./icon-modules.ts";
import { iconFinder } from "./icon-sets.ts";
import { jsxFileRoutes } from "./jsx-file-routes.ts";
import { localeMessages } from "./locale-messages.ts";
import type { Manifest } from "./manifest.ts";
import type { RunPlugins } from "./postcss-sheets.ts";
import type { Precompiled } from "./precompilation.ts";
import { frameworkOf, type ProjectSettings } from "./project-settings.ts";
import { includedShaders } from "./shaders.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import { svgSprite } from "./svg-sprite.ts";
import { tanstackRoutes } from "./tanstack-routes.ts";
import { unocssOf } from "./unocss.ts";
import type { PluginFiles } from "./vite-plugins.ts";
import { vueMarkdown } from "./vue-markdown.ts";
import { windicssOf } from "./windicss.ts";

/** A project's files with those that its Vite plugins generate, and the names by which modules import these. */
export type GeneratedFiles = {
  files: SourceFiles;
  aliases: Alias[];
  /** Constants of plugins, as JavaScript by name. */
  define: Record<string, string>;
  /** Files that plugins of the project make modules, such as Markdown. */
  modules: Map<string, Precompiled>;
  /** The HTML of pages that plugins of the project changed, by path. */
  pages: Map<string, string>;
  diagnostics: Diagnostic[];
  /** Imports the icons that a template names; null without unplugin-icons. */
  resolveIcon: IconModules["resolve"] | null;
  /** Runs the generators of plain style sheets after the project's PostCSS plugins. */
  afterPlugins(run: RunPlugins): RunPlugins;
};

const FOLDER = "__generated";

/**
 * Generates the modules and style sheets that no file has: utilities of UnoCSS, routes and layouts of page components,
 * sprites of SVGs, icons.
 *
 * @param ofPlugins the files after the plugins that run as they are
 */
export async function generatedFiles(
  compiling: StyleCompiling & { production: boolean; manifest: Manifest; besideApp: () => SourceFiles },
  { vite }: ProjectSettings,
  ofPlugins: PluginFiles,
): Promise<GeneratedFiles> {
  const compiled = { ...compiling, files: ofPlugins.files };
  const unocss = (await unocssOf(compiled, vite)) ?? (await windicssOf(compiled, vite));
  const babel = await withBabel({ ...compiled, files: unocss?.files ?? compiled.files }, vite);
  const sources = babel.files;
  const files = new Map([...sources, ...(await vueMarkdown(vite.plugins, { ...compiling, files: sources }))]);
  const routes = fileRoutes(vite.plugins, files);
  const tree = tanstackRoutes(vite.plugins, files, compiling.versionOf);
  const layouts = layoutsModule(vite.plugins, files);
  const locales = localeMessages(vite.plugins, files);
  const icons = await iconModules({
    plugins: vite.plugins,
    files,
    findIn: (installsAll) => iconFinder(compiling, installsAll),
    framework: frameworkOf(compiling.manifest),
  });
  const modules = [
    ...(routes?.modules ?? []),
    ...jsxFileRoutes(vite.plugins, files),
    ...(layouts === null ? [] : [["virtual:generated-layouts", layouts] as const]),
    ...svgSprite(vite.plugins, files),
    ...locales.modules,
  ]
    .map(([name, content]) => ({ name, content, extension: "ts" }))
    .concat(icons?.modules ?? [])
    .map(({ extension, ...module }, index) => ({ ...module, path: `${FOLDER}/${index}.${extension}` }));
  const made = modules.map(({ path, content }) => [path, content] as const);
  return {
    files: new Map([
      ...files,
      ...includedShaders(files, vite.plugins),
      ...locales.files,
      ...(routes?.pages ?? []),
      ...tree,
      ...made,
    ]),
    modules: ofPlugins.modules,
    pages: ofPlugins.pages,
    define: ofPlugins.define,
    aliases: [
      ...ofPlugins.aliases,
      ...(unocss?.aliases ?? []),
      ...modules.map(({ name, path }) => ({ find: name, replacement: `/${path}` })),
    ],
    diagnostics: [...ofPlugins.diagnostics, ...babel.diagnostics, ...(unocss?.diagnostics ?? [])],
    resolveIcon: icons?.resolve ?? null,
    afterPlugins: (run) => unocss?.after(run) ?? run,
  };
}
