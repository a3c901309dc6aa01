import type { BuildReport, Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { bundle, type Mode, type PackageComponents } from "../engine/bundle.ts";
import { type MountedProject, mountProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { defines } from "../vite/index.ts";
import { type Asset, BUILT, toAsset } from "./assets.ts";
import { buildByCommand } from "./build-command.ts";
import { type BuildFacts, counting, frameworkNameOf, listAssets, NO_FACTS } from "./build-facts.ts";
import { buildClient, pagePaths } from "./client.ts";
import type { Compiling } from "./compiling.ts";
import { bundleDependencies } from "./dependency-bundle.ts";
import { expandModules } from "./expand-modules.ts";
import { unsupportedFramework } from "./frameworks.ts";
import type { Jsx } from "./jsx.ts";
import { aliasPlugin, precompiledPlugin } from "./language-plugin.ts";
import type { Manifest } from "./manifest.ts";
import { packageComponents } from "./package-components.ts";
import { type PackagesApart, packagesApart } from "./packages-apart.ts";
import { type Precompiled, precompile } from "./precompile.ts";
import { frameworkOf, type ProjectSettings, readSettings } from "./project-settings.ts";
import { pwaPlugin } from "./pwa-plugin.ts";
import { queryPlugin } from "./query-plugin.ts";
import { buildServer, type ServerCode, type ServerEntry, serverEntryOf } from "./server.ts";
import type { SourceFiles } from "./source-files.ts";
import { staticFiles } from "./static-files.ts";
import { compileStyleSheets } from "./style-sheets.ts";
import { buildWorkers } from "./workers.ts";

export type CompiledApp = { report: BuildReport; assets: Asset[]; server: ServerCode | null; facts: BuildFacts };

/** What a build is made of. */
export type ProjectInput = {
  /** The app's files, by path in the app's folder. */
  files: SourceFiles;
  /** Files of the project outside of the app's folder, by path in the project; `root` is the app's folder in it. */
  around: SourceFiles;
  root: string;
  manifest: Manifest;
  installation: Installation;
  mode: Mode;
  runner: ToolRunner;
};

/** Builds a project: its pages with their client bundles, its static files, and its server. */
export async function compileProject(given: ProjectInput): Promise<CompiledApp> {
  const { installation, fetched } = counting(given.installation);
  const app = await compileCounted({ ...given, installation });
  const packages = { planned: installation.packages.length, fetched: fetched.size };
  const framework = app.facts.framework ?? frameworkNameOf(given.manifest);
  return { ...app, facts: { ...app.facts, framework, packages } };
}

async function compileCounted(input: ProjectInput): Promise<CompiledApp> {
  const { files, root, manifest, installation } = input;
  const settings = await readSettings(input);
  const pages = await pagePaths({ files, settings });
  const serverEntry = serverEntryOf(files);
  const isStatic = staticFiles(files, settings.vite).has("/index.html");
  const unsupported = pages.length === 0 ? unsupportedFramework(files, manifest.all) : null;
  const isEmpty = pages.length === 0 && serverEntry === null && !isStatic;
  if (isEmpty || unsupported?.buildsPages === true) {
    return failed([unsupported?.diagnostic ?? nothingToRun(files)], { framework: unsupported?.name ?? null });
  }
  const project = mountProject(files, {
    root,
    around: input.around,
    publicFolder: settings.vite.publicDir,
    compilerOptions: settings.compilerOptions,
    packages: installation.packages,
    workspace: installation.workspace,
    filesOf: installation.filesOf,
  });
  try {
    return await compileMounted(input, settings, project, serverEntry);
  } finally {
    project.release();
  }
}

async function compileMounted(
  input: ProjectInput,
  settings: ProjectSettings,
  project: MountedProject,
  serverEntry: ServerEntry | null,
): Promise<CompiledApp> {
  const { files, installation, mode } = input;
  const { versionOf } = installation;
  const precompiling = { ...input, versionOf, settings, production: mode === "production" };
  const compiled = await precompile(precompiling);
  const sheets = await compileStyleSheets({ ...input, versionOf });
  for (const [path, { css, diagnostics }] of sheets) {
    const loader = path.endsWith(".module.css") ? "local-css" : "css";
    if (diagnostics.length > 0) compiled.modules.set(path, { contents: css, loader, diagnostics });
  }
  const { vite, aliases } = settings;
  const packages = new Set(Object.keys(input.manifest.all));
  const context = { files, root: vite.root, publicDir: vite.publicDir, aliases, packages };
  const { changed, workers } = expandModules(files, context, compiled);
  const compiledSheets = [...sheets].map(([path, { css }]) => [path, css] as const);
  for (const [path, content] of [...compiled.beside, ...compiledSheets, ...changed])
    project.files.put(project.at(path), content);
  const apart = packagesApart({ ...input, settings, project, compiled: compiled.modules, changed });
  const components = packageComponents(project, versionOf, (met) => precompile({ ...precompiling, files: met }));
  const compiling = compilingOf(input, { settings, project, modules: compiled.modules, packages: apart, components });
  const built = await buildWorkers(workers, compiling);
  for (const [key, address] of built.addresses) compiling.workers.set(key, address);
  const client = await buildClient(compiling);
  const byCommand = await buildByCommand(compiling);
  const server = serverEntry === null ? null : await buildServer(serverEntry, compiling);
  const found = [settings, installation, client, byCommand, server ?? { diagnostics: [] }];
  const diagnostics = found.flatMap((part) => part.diagnostics);
  if (diagnostics.some(({ severity }) => severity === "error")) return failed(diagnostics);
  const assets = [...client.assets, ...built.assets, ...byCommand.assets];
  const served = new Map<string, string | Uint8Array>([...staticFiles(files, vite), ...client.pages]);
  for (const [address, content] of served) assets.push(await toAsset(address, content));
  const facts = { ...NO_FACTS, assets: listAssets(assets, { files, vite, client }) };
  return { report: { ok: true, diagnostics }, assets, server: server?.server ?? null, facts };
}

/** A build that gave nothing to run. @param known what is known of it all the same */
export function failed(diagnostics: Diagnostic[], known: Partial<BuildFacts> = {}): CompiledApp {
  return { report: { ok: false, diagnostics }, assets: [], server: null, facts: { ...NO_FACTS, ...known } };
}

/** What of a project is ready before its bundles. */
type Prepared = {
  settings: ProjectSettings;
  project: MountedProject;
  modules: ReadonlyMap<string, Precompiled>;
  packages: PackagesApart;
  components: PackageComponents;
};

/** A build with the bundler set up as the project's settings say. */
function compilingOf(
  { files, mode, installation, manifest }: ProjectInput,
  { settings, project, modules, packages, components }: Prepared,
): Compiling {
  const { vite, env, aliases } = settings;
  const workers = new Map<string, string>();
  const plugins = [
    aliasPlugin(aliases, project),
    queryPlugin({ files, project, workers, framework: frameworkOf(manifest) }),
    precompiledPlugin(modules, project, packages.mark),
    pwaPlugin(project),
  ];
  const jsx = esbuildJsx(settings.jsx);
  const bundleFor: Compiling["bundle"] = (entries, side, { type = "module", external = [] } = {}) => {
    const { define, inject } = defines(env, { mode, base: "/", ssr: side === "server", define: vite.define });
    const format = type === "classic" ? ("iife" as const) : ("esm" as const);
    const { missing } = installation;
    return bundle(project, {
      side,
      mode,
      entries,
      publicPath: BUILT,
      define,
      inject,
      missing,
      plugins,
      format,
      extensions: vite.extensions,
      jsx,
      external,
      components,
    });
  };
  return {
    files,
    settings,
    project,
    mode,
    workers,
    bundle: bundleFor,
    packageModules: packages.modules,
    apart: packages.during,
    bundleDependencies: (uses) => bundleDependencies(uses, { project, installation, jsx, components }),
  };
}

/** How esbuild compiles JSX outside of the app's folder, such as in a package of its workspace. */
function esbuildJsx(jsx: Jsx): NonNullable<Parameters<typeof bundle>[1]["jsx"]> {
  if (jsx.runtime === "automatic") return { jsx: "automatic", jsxImportSource: jsx.importSource };
  return { jsx: "transform", jsxFactory: jsx.factory, jsxFragment: jsx.fragment };
}

function nothingToRun(files: SourceFiles): Diagnostic {
  const message =
    files.size === 0
      ? "The project has no files yet. Describe the app in the chat and it will appear here."
      : "There is neither an index.html nor a src/server.ts, so there is nothing to show yet.";
  return { path: "index.html", line: 0, column: 0, severity: "error", message };
}
