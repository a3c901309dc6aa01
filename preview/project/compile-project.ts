import type { BuildReport, Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Mode } from "../engine/bundle.ts";
import { type MountedProject, mountProject } from "../engine/mounted-project.ts";
import { type Installation, installedVersions } from "../packages/install-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import type { ViteSettings } from "../vite/index.ts";
import { filesBeside } from "./around-app.ts";
import { assetRulesOf } from "./asset-rules.ts";
import { type Asset, toAsset } from "./assets.ts";
import { autoImportsOf } from "./auto-imports.ts";
import { buildByCommand } from "./build-command.ts";
import { type BuildFacts, counting, frameworkNameOf, listAssets, NO_FACTS } from "./build-facts.ts";
import { isBlank, isLeftBehind } from "./bundler-page.ts";
import { buildClient, type ClientBuild, pagePaths } from "./client.ts";
import { importsByFormat } from "./commonjs-interop.ts";
import { copiedFiles } from "./copied-files.ts";
import { cronsOf } from "./crons.ts";
import { cssModulesOf } from "./css-modules.ts";
import { expandModules } from "./expand-modules.ts";
import { withImportsFirst } from "./external-imports.ts";
import { serversNotRun, unsupportedFramework } from "./frameworks.ts";
import { generatedFiles } from "./generated-files.ts";
import { tooLongChain } from "./import-chain.ts";
import { importMapAliases } from "./import-maps.ts";
import { localServers, reachedFiles } from "./local-servers.ts";
import type { Manifest } from "./manifest.ts";
import { nativeHosts } from "./native-hosts.ts";
import { nothingToRun } from "./nothing-to-run.ts";
import { namedInOtherCase, namedInVain } from "./other-case.ts";
import { otherServers, pageOfOther } from "./other-languages.ts";
import { outdated } from "./outdated.ts";
import { packageComponents } from "./package-components.ts";
import { packagesApart } from "./packages-apart.ts";
import { within } from "./paths.ts";
import { pluginRunner, warningsOfUnimported, withPlugins } from "./postcss-sheets.ts";
import { precompile } from "./precompile.ts";
import { compilingOf } from "./project-bundler.ts";
import { type ProjectSettings, readSettings, withChangedSettings } from "./project-settings.ts";
import { servedFiles } from "./served-files.ts";
import { buildServer, type ServerCode, type ServerEntry, serverEntryOf } from "./server.ts";
import { atNamedAddresses } from "./server-entries.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { withOwnAddress, withStartPage } from "./start-page.ts";
import { staticFiles } from "./static-files.ts";
import { compileStyleSheets, joinSheets } from "./style-sheets.ts";
import { unbuiltMain } from "./unbuilt-main.ts";
import { putFileScopes } from "./vanilla-extract.ts";
import { type PluginFiles, withVitePlugins } from "./vite-plugins.ts";
import { buildWorkers } from "./workers.ts";
import { workspaceOptions } from "./workspace-options.ts";

/** `maps`: the source maps of a production build, which are stored, but not served. */
export type CompiledApp = {
  report: BuildReport;
  assets: Asset[];
  maps: Asset[];
  server: ServerCode | null;
  facts: BuildFacts;
};

/** Inputs of a build. */
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
  /** Ends the build. */
  deadline?: AbortSignal | undefined;
};

/** Builds a project: its pages with their client bundles, its static files, and its server. */
export async function compileProject(given: ProjectInput): Promise<CompiledApp> {
  const { installation, used } = counting(given.installation);
  const app = await compileCounted({ ...given, installation });
  const packages = { planned: installation.packages.length, used: used() };
  const framework = app.facts.framework ?? frameworkNameOf(given.manifest);
  return { ...app, facts: { ...app.facts, framework, packages } };
}

async function compileCounted(input: ProjectInput): Promise<CompiledApp> {
  const { files, root, manifest, installation } = input;
  const chain = tooLongChain(files);
  if (chain !== null) return failed([chain]);
  const read = await readSettings(input);
  const pages = await pagePaths({ files, settings: read });
  const serverEntry = serverEntryOf(files, read.vite.plugins);
  const isStatic = staticFiles(files, read.vite).has("/index.html");
  const framework = unsupportedFramework(files, manifest.all);
  const isOfFramework = (path: string): boolean =>
    isBlank(readText(files, path) ?? "") || (framework?.buildsPages === true && isLeftBehind(path, files, read.vite));
  const unsupported = framework?.hasOwnCompiler === true || pages.every(isOfFramework) ? framework : null;
  const isEmpty = pages.length === 0 && serverEntry === null && !isStatic;
  if (isEmpty || unsupported?.buildsPages === true) {
    const start = unsupported === null ? withStartPage(files, manifest.all) : null;
    if (start !== null) return compileStarted(input, start);
    const [tooOld] = unsupported === null ? outdated(files, installation.versionOf) : [];
    return failed([unsupported?.diagnostic ?? tooOld ?? nothingToRun(files, manifest.all, read.vite.failure)], {
      framework: unsupported?.name ?? null,
    });
  }
  const own = serverEntry === null && !isStatic ? withOwnAddress(files, pages, read.vite.root) : null;
  if (own !== null) return compileStarted(input, own);
  const ofOther = pages.map((path) => pageOfOther(path, files)).find((one) => one !== null);
  if (ofOther !== undefined) return failed([ofOther]);
  const tooOld = outdated(files, installation.versionOf);
  if (tooOld.length > 0) return failed(tooOld);
  const production = input.mode === "production";
  const ofPlugins = await withVitePlugins({ ...input, versionOf: installation.versionOf, production }, read);
  const settings = await withChangedSettings(read, ofPlugins.changed, input);
  const project = mountProject(files, {
    root,
    around: input.around,
    publicFolder: settings.vite.publicDir,
    servedFolder: settings.vite.root,
    compilerOptions: settings.compilerOptions,
    workspaceOptions: await workspaceOptions(input, installation, settings),
    packages: installation.packages,
    workspace: installation.workspace,
    byFormat: importsByFormat(settings.vite, installation.versionOf),
    filesOf: installation.filesOf,
    deadline: input.deadline,
  });
  try {
    return await compileMounted(input, settings, { project, serverEntry, afterPlugins: ofPlugins });
  } finally {
    project.release();
  }
}

/** Builds a project with the start page that it lacks. */
async function compileStarted(
  input: ProjectInput,
  { files, warning }: { files: SourceFiles; warning: Diagnostic },
): Promise<CompiledApp> {
  const app = await compileCounted({ ...input, files });
  return { ...app, report: { ...app.report, diagnostics: [warning, ...app.report.diagnostics] } };
}

type Mounted = { project: MountedProject; serverEntry: ServerEntry | null; afterPlugins: PluginFiles };

async function compileMounted(
  input: ProjectInput,
  given: ProjectSettings,
  { project, serverEntry, afterPlugins }: Mounted,
): Promise<CompiledApp> {
  const { installation, mode, runner } = input;
  const { versionOf } = installation;
  const ofPlugins: Diagnostic[] = [
    ...serversNotRun(input.files, input.manifest.all, serverEntry !== null),
    ...otherServers(input.files, serverEntry !== null, input.around),
    ...unbuiltMain(input.files, serverEntry),
  ];
  const generated = await generatedFiles(
    {
      ...input,
      versionOf,
      production: mode === "production",
      besideApp: () => filesBeside(input, installation.workspace, targetsOf(given, input.root)),
    },
    given,
    afterPlugins,
  );
  const ofPages = importMapAliases(input.files, input.manifest);
  const vite = { ...given.vite, define: { ...given.vite.define, ...generated.define } };
  const settings = { ...given, vite, aliases: [...generated.aliases, ...given.aliases, ...ofPages] };
  ofPlugins.push(...generated.diagnostics);
  const ownPlugins = pluginRunner(settings.postcss, { files: generated.files, runner, versionOf }, ofPlugins);
  const runPlugins = generated.afterPlugins(ownPlugins);
  const processed = await withPlugins(generated.files, runPlugins);
  const { files } = processed;
  const shared = await withPlugins(
    filesBeside(input, installation.workspace, targetsOf(settings, input.root)),
    runPlugins,
  );
  const beside = shared.files;
  const all = beside.size === 0 ? files : new Map([...files, ...beside]);
  for (const [path, content] of files)
    if (input.files.get(path) !== content) project.files.put(project.at(path), content);
  const sources = { ...input, files, beside, versionOf };
  const { resolveIcon } = generated;
  const precompiling = { ...sources, settings, runPlugins, resolveIcon, production: mode === "production" };
  const uncompiled = new Map([...all].filter(([path]) => !generated.modules.has(path)));
  const compiled = await precompile({ ...precompiling, files: generated.modules.size === 0 ? all : uncompiled });
  for (const [path, module] of generated.modules) compiled.modules.set(path, module);
  const sheets = joinSheets(
    new Map([...processed.sheets, ...shared.sheets]),
    await compileStyleSheets({ ...sources, files: all }),
  );
  for (const [path, { css, diagnostics }] of sheets) {
    const loader = /\.module\.[^.]+$/.test(path) ? "local-css" : "css";
    if (diagnostics.length > 0) compiled.modules.set(path, { contents: css, loader, diagnostics });
  }
  const { aliases } = settings;
  const packages = new Set([...Object.keys(input.manifest.all), ...installedVersions(installation).keys()]);
  const { root, publicDir, jsxInject } = vite;
  const autoImport = await autoImportsOf(vite.plugins, { files, installation, resolveIcon });
  const context = { files: all, root, appRoot: input.root, publicDir, aliases, packages, jsxInject, autoImport };
  const { changed, workers, namedWorkers } = expandModules(all, context, compiled);
  putFileScopes(files, input.manifest, changed);
  for (const [path, content] of [...withImportsFirst(all, compiled, sheets), ...changed])
    project.files.put(project.at(path), content);
  const cssModules = await cssModulesOf(precompiling, project, { settings, compiled, sheets });
  ofPlugins.push(...cssModules.diagnostics);
  const apart = await packagesApart({ ...sources, settings, project, compiled: compiled.modules, changed });
  const components = packageComponents(project, { settings, versionOf, ofApp: files }, (met) =>
    precompile({ ...precompiling, files: met, ofApp: files }),
  );
  const written = new Map([...input.files, ...generated.pages]);
  const rewritten = new Set(
    [...files, ...generated.pages].filter(([path, text]) => text !== input.files.get(path)).map(([path]) => path),
  );
  const compiling = compilingOf(
    { ...input, files: written, rewritten },
    { settings, project, compiled, cssModules, packages: apart, components },
  );
  const built = await buildWorkers(workers, namedWorkers, compiling);
  const client = await buildClient(compiling);
  const byCommand = await buildByCommand(compiling);
  const reached = reachedFiles(input.files, compiling.reached, client);
  ofPlugins.push(...localServers(reached, given.env), ...nativeHosts(reached, input.files, input.manifest.all));
  const server = serverEntry === null ? null : await buildServer(serverEntry, compiling, client.ofServer);
  const times = cronsOf(input.files, input.around);
  const ofServer = server === null ? [] : [server, times];
  const found = [settings, installation, { diagnostics: ofPlugins }, client, byCommand, ...ofServer];
  const told = withoutRepeats(found.flatMap((part) => part.diagnostics));
  const diagnostics = errorsFirst([...told, ...warningsOfUnimported(processed.sheets, told)]);
  if (diagnostics.some(({ severity }) => severity === "error")) return failed(diagnostics);
  const assets = [...client.assets, ...built.assets, ...byCommand.assets];
  const unbuilt = await unbuiltAssets(input, files, { vite, client, hasServer: server !== null });
  assets.push(...unbuilt.assets);
  const base = vite.base.startsWith("/") ? vite.base : "/";
  const rules = assetRulesOf(input.files, serverEntry, assets);
  const facts = { ...NO_FACTS, base, rules, assets: listAssets(assets, { files, vite, client }) };
  const maps = [...client.maps, ...built.maps, ...byCommand.maps];
  const code = server?.server ?? null;
  const report = { ok: true, diagnostics: [...diagnostics, ...unbuilt.diagnostics] };
  return { report, assets, maps, server: code && { ...code, crons: times.crons }, facts };
}

/** Returns the pages and the files that are served as they are, and those that lead to built ones. */
async function unbuiltAssets(
  { files: given, installation, manifest, mode }: ProjectInput,
  files: SourceFiles,
  { vite, client, hasServer }: { vite: ViteSettings; client: ClientBuild; hasServer: boolean },
): Promise<{ assets: Asset[]; diagnostics: Diagnostic[] }> {
  const copied = await copiedFiles({ vite, files: given, installation });
  const served = servedFiles(files, { vite, pages: client.pages, copied: copied.files, mode });
  const otherCase = namedInOtherCase(served, { files, root: vite.root });
  const assets = await atNamedAddresses(client.ofServer, { root: vite.root, mode });
  for (const { address } of assets) served.delete(address);
  const all = new Map([...served, ...otherCase.files]);
  for (const [address, content] of all) assets.push(await toAsset(address, content));
  const isSite = !files.has("package.json") && Object.keys(manifest.all).length === 0;
  const inVain = hasServer || !isSite ? [] : namedInVain(all, { files, root: vite.root });
  return { assets, diagnostics: [...copied.diagnostics, ...otherCase.diagnostics, ...inVain] };
}

/** The paths in the project that the imports of an app may lead to outside of its folder. */
function targetsOf({ aliases, compilerOptions }: ProjectSettings, root: string): string[] {
  const ofAliases = aliases.flatMap(({ replacement }) => replacement.match(/^\/((?:\.\.\/)+[\w@./-]+)/)?.[1] ?? []);
  const patterns = Object.values((compilerOptions.paths ?? {}) as Record<string, string[]>).flat();
  const ofPatterns = patterns.flatMap((target) => /^(?:\.\/)?((?:\.\.\/)+[\w@./-]+)/.exec(target)?.[1] ?? []);
  return [...ofAliases, ...ofPatterns].map((path) => within(root, path)).filter((path) => path !== "");
}

/** Sorts the errors of a failed build first. */
function errorsFirst(diagnostics: Diagnostic[]): Diagnostic[] {
  const isError = ({ severity }: Diagnostic): boolean => severity === "error";
  return [...diagnostics.filter(isError), ...diagnostics.filter((one) => !isError(one))];
}

/** Client and server may fail for the same reason, which is reported once. */
function withoutRepeats(diagnostics: Diagnostic[]): Diagnostic[] {
  const keys = diagnostics.map((diagnostic) => JSON.stringify(diagnostic));
  return diagnostics.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

/**
 * Returns a failed build.
 * @param known the facts that are known despite the failure
 */
export function failed(diagnostics: Diagnostic[], known: Partial<BuildFacts> = {}): CompiledApp {
  return { report: { ok: false, diagnostics }, assets: [], maps: [], server: null, facts: { ...NO_FACTS, ...known } };
}
