import type { Plugin } from "esbuild-wasm";
import type { BuildReport, Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { bundle, type Mode, type Side } from "../engine/bundle.ts";
import { mountProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { defines } from "../vite/index.ts";
import { type Asset, BUILT, toAsset } from "./assets.ts";
import { buildClient, pagePaths } from "./client.ts";
import type { Compiling } from "./compiling.ts";
import { unsupportedFramework } from "./frameworks.ts";
import type { Manifest } from "./manifest.ts";
import { type ProjectSettings, readSettings } from "./project-settings.ts";
import { buildServer, type ServerCode, serverEntryOf } from "./server.ts";
import type { SourceFiles } from "./source-files.ts";
import { staticFiles } from "./static-files.ts";
import { compileStyleSheets } from "./style-sheets.ts";

export type CompiledApp = { report: BuildReport; assets: Asset[]; server: ServerCode | null };

/** What a build is made of. `root`: folder of the app in the project, empty for the project itself. */
export type ProjectInput = {
  files: SourceFiles;
  root: string;
  manifest: Manifest;
  installation: Installation;
  mode: Mode;
  runner: ToolRunner;
};

/** Builds a project: its pages with their client bundles, its static files, and its server. */
export async function compileProject(input: ProjectInput): Promise<CompiledApp> {
  const { files, root, manifest, installation, mode } = input;
  const settings = await readSettings(files, root, input);
  const diagnostics = [...settings.diagnostics, ...installation.diagnostics];
  const project = mountProject(files, {
    root,
    publicFolder: publicFolderOf(settings),
    compilerOptions: settings.compilerOptions,
    packages: installation.packages,
    workspace: installation.workspace,
    filesOf: installation.filesOf,
  });
  const compiling: Compiling = { files, settings, project, mode, bundle: bundlerOf(input, settings, () => compiling) };
  try {
    const pages = await pagePaths(compiling);
    const serverEntry = serverEntryOf(files, root);
    if (pages.length === 0 && serverEntry === null) {
      return failed([unsupportedFramework(files, root, manifest.all)?.diagnostic ?? nothingToRun(files)]);
    }
    const versionOf = (name: string) => manifest.all[name] ?? null;
    const styles = await compileStyleSheets({ ...input, versionOf });
    for (const [path, css] of styles.sheets) project.files.put(project.at(path), css);
    const client = await buildClient(compiling);
    const built = serverEntry === null ? null : await buildServer(serverEntry, compiling);
    diagnostics.push(...styles.diagnostics, ...client.diagnostics, ...(built?.diagnostics ?? []));
    if (diagnostics.some(({ severity }) => severity === "error")) return failed(diagnostics);
    const assets = [...client.assets];
    const served = new Map<string, string | Uint8Array>([...staticFiles(files, settings.vite), ...client.pages]);
    for (const [address, content] of served) assets.push(await toAsset(address, content));
    return { report: { ok: true, diagnostics }, assets, server: built?.server ?? null };
  } finally {
    project.release();
  }
}

/** A build that gave nothing to run. */
export function failed(diagnostics: Diagnostic[]): CompiledApp {
  return { report: { ok: false, diagnostics }, assets: [], server: null };
}

/** The bundler, set up as the project's settings say. */
function bundlerOf({ mode, installation }: ProjectInput, settings: ProjectSettings, compiling: () => Compiling) {
  return (entries: string[], side: Side) => {
    const { vite, env } = settings;
    const { define, inject } = defines(env, { mode, base: "/", ssr: side === "server", define: vite.define });
    return bundle(compiling().project, {
      side,
      mode,
      entries,
      publicPath: BUILT,
      define,
      inject,
      missing: installation.missing,
      plugins: pluginsOf(settings),
    });
  };
}

const pluginsOf = (_settings: ProjectSettings): Plugin[] => [];

/** The app's public folder, from the app's own. */
function publicFolderOf({ vite: { root, publicDir } }: ProjectSettings): string | null {
  if (publicDir === null || root === "") return publicDir;
  return publicDir.startsWith(`${root}/`) ? publicDir.slice(root.length + 1) : publicDir;
}

function nothingToRun(files: SourceFiles): Diagnostic {
  const message =
    files.size === 0
      ? "The project has no files yet. Describe the app in the chat and it will appear here."
      : "There is neither an index.html nor a src/server.ts, so there is nothing to show yet.";
  return { path: "index.html", line: 0, column: 0, severity: "error", message };
}
