import type { Plugin } from "esbuild-wasm";
import { type Bundled, bundle, type Mode, type PackageComponents } from "../engine/bundle.ts";
import { projectPath } from "../engine/messages.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { isBrowser, type Side } from "../engine/side.ts";
import { type Installation, installedVersions } from "../packages/install-packages.ts";
import { nodePolyfills } from "../packages/node-polyfills.ts";
import { contentOf } from "../packages/plan-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { dedupeOfPlugins, defines, type Injected } from "../vite/index.ts";
import { BUILT } from "./assets.ts";
import { importsByFormat } from "./commonjs-interop.ts";
import type { Compiling } from "./compiling.ts";
import { cssModuleNames } from "./css-module-names.ts";
import type { CssModules } from "./css-modules.ts";
import { dataModules } from "./data-modules.ts";
import { bundleDependencies } from "./dependency-bundle.ts";
import { inlineAssets } from "./inline-assets.ts";
import type { Jsx } from "./jsx.ts";
import { isPlaced, jsxPlacesPlugin } from "./jsx-places.ts";
import { aliasPlugin, dedupePlugin, precompiledPlugin } from "./language-plugin.ts";
import type { Manifest } from "./manifest.ts";
import type { PackagesApart } from "./packages-apart.ts";
import { type Place, placeOf } from "./place-of.ts";
import type { Precompilation } from "./precompilation.ts";
import { frameworkOf, type ProjectSettings } from "./project-settings.ts";
import { pwaPlugin } from "./pwa-plugin.ts";
import { queryPlugin } from "./query-plugin.ts";
import { resolveImports } from "./resolve-imports.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { svgExportsOf, svgModules } from "./svg-modules.ts";
import { wasmModules } from "./wasm-modules.ts";
import type { BuiltWorker } from "./workers.ts";

/** The compiled parts of a project before bundling. */
export type Prepared = {
  settings: ProjectSettings;
  project: MountedProject;
  compiled: Precompilation;
  cssModules: CssModules;
  packages: PackagesApart;
  components: PackageComponents;
};

/** The parts of a build's input that configure its bundler. */
type Building = {
  files: SourceFiles;
  rewritten: ReadonlySet<string>;
  mode: Mode;
  runner: ToolRunner;
  installation: Installation;
  manifest: Manifest;
};

type BundleSettings = NonNullable<Parameters<Compiling["bundle"]>[2]>;

/** Returns a bundler that is configured by the project's settings. */
export function compilingOf(
  { files, rewritten, mode, runner, installation, manifest }: Building,
  { settings, project, compiled: { modules }, cssModules, packages, components }: Prepared,
): Compiling {
  const { vite, env, aliases } = settings;
  const workers = new Map<string, BuiltWorker>();
  const unbuiltWorkers = new Set<string>();
  const deduped = new Set([...vite.dedupe, ...dedupeOfPlugins(vite.plugins, installation.versionOf)]);
  const dedupe = dedupePlugin([...deduped], installation, project);
  const plugins = [
    ...dedupe,
    aliasPlugin(aliases, project),
    ...cssModuleNames({
      convention: vite.cssModules.localsConvention,
      project,
      compiled: modules,
      ...cssModules,
    }),
    queryPlugin({
      files,
      project,
      workers,
      unbuiltWorkers,
      framework: frameworkOf(manifest),
      inlineBelow: mode === "production" ? vite.assetsInlineLimit : 0,
    }),
    precompiledPlugin(modules, project, packages.mark),
    pwaPlugin(project),
    dataModules(project, manifest),
    ...svgModules(svgExportsOf(vite.plugins, installation.versionOf), project),
    ...(isPlaced(settings.jsx)
      ? [jsxPlacesPlugin(project, settings.jsx.importSource, { rewritten, mark: packages.mark })]
      : []),
  ];
  const polyfills = nodePolyfills(files, manifest.all);
  const nodeAliases = [...polyfills].flatMap(([module, replacement]) => [
    { find: `node:${module}`, replacement },
    { find: module, replacement },
  ]);
  const jsx = esbuildJsx(settings.jsx);
  const { extensions, conditions, mainFields } = vite.resolution;
  const tuning = { ...vite, extensions, conditions, mainFields };
  const bundleWith = (
    entries: string[],
    side: Side,
    { type = "module", external = [], ...ofPart }: BundleSettings,
    first: Plugin[],
  ): Promise<Bundled> => {
    const { define, inject, injected } = defines(env, {
      mode,
      base: vite.base,
      ssr: side === "server",
      define: vite.define,
    });
    const format = type === "classic" ? ("iife" as const) : ("esm" as const);
    const { missing } = installation;
    return bundle(project, {
      side,
      mode,
      entries,
      publicPath: BUILT,
      define,
      inject,
      placeOfInjected: (line) => placeOfConstant(injected, line, vite.path, files),
      missing,
      installed: installedVersions(installation),
      plugins: [
        ...first,
        ...plugins,
        ...(isBrowser(side) ? [wasmModules(project), aliasPlugin(nodeAliases, project)] : []),
        ...(mode === "production" && side !== "server" ? [inlineAssets(vite, project)] : []),
      ],
      loaders: Object.fromEntries(vite.assetExtensions.map((extension) => [extension, "file" as const])),
      tuning,
      format,
      jsx,
      external,
      components,
      ...ofPart,
    });
  };
  const reached = new Set<string>();
  const bundleFor: Compiling["bundle"] = async (entries, side, options = {}) => {
    const bundled = await bundleWith(entries, side, options, []);
    if (!isBrowser(side)) return bundled;
    for (const file of Object.keys(bundled.built?.metafile.inputs ?? {}))
      reached.add(projectPath(file, project.projectFolder).replace(/[?#].*$/, ""));
    return bundled;
  };
  return {
    files,
    settings,
    project,
    mode,
    runner,
    versions: installation.packages.map((one) => [one.folder, one.version, contentOf(one)]),
    rewritten,
    workers,
    unbuiltWorkers,
    reached,
    hasNodeGlobals: polyfills.size > 0,
    bundle: bundleFor,
    resolve: (imports) =>
      resolveImports(imports, project, (entry, plugin) => bundleWith([entry], "worker", {}, [plugin])),
    bundleSheets: (entries, plugin) => bundleWith(entries, "client", { sourceMaps: false }, [plugin]),
    bundleScript: async (path, type) => (await bundleFor([path], "worker", { type })).built,
    packageModules: packages.modules,
    inseparable: packages.inseparable,
    apart: packages.during,
    bundleDependencies: (uses) =>
      bundleDependencies(uses, {
        project,
        installation,
        jsx,
        components,
        dedupe,
        resolution: vite.resolution,
        byFormat: importsByFormat(vite, installation.versionOf),
      }),
  };
}

/** Where vite.config names the constant that is in a line of the module of constants. */
function placeOfConstant(injected: Injected[], line: number, path: string | null, files: SourceFiles): Place {
  const name = injected.findLast((one) => one.line <= line)?.name ?? "define";
  const config = path ?? "";
  return placeOf(config, readText(files, config) ?? "", name);
}

/** JSX settings for files outside of the app's folder, such as a workspace package. */
function esbuildJsx(jsx: Jsx): NonNullable<Parameters<typeof bundle>[1]["jsx"]> {
  if (jsx.runtime === "automatic") return { jsx: "automatic", jsxImportSource: jsx.importSource };
  return { jsx: "transform", jsxFactory: jsx.factory, jsxFragment: jsx.fragment };
}
