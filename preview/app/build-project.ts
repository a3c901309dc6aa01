import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";
import type { Mode } from "../engine/bundle.ts";
import type { PlanStore } from "../packages/install-packages.ts";
import { installProject } from "../packages/install-project.ts";
import { PackageUnavailable, type Registry } from "../packages/registry.ts";
import { withSourceEntries } from "../packages/source-entries.ts";
import { type AppFolder, appFolderOf, inProject, missingRoot } from "../project/app-folder.ts";
import { withBundlerPage } from "../project/bundler-page.ts";
import { type CompiledApp, compileProject, failed } from "../project/compile-project.ts";
import { surelyUnsupported } from "../project/frameworks.ts";
import { readManifest } from "../project/manifest.ts";
import { within } from "../project/paths.ts";
import { readText, type SourceFiles, sourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { ignoredSentence } from "./ignored-files.ts";
import { leftOutSentence, leftOutWarnings } from "./left-out-files.ts";
import { tooDeep } from "./too-deep.ts";

/** `keep`: whether a second build would return the same result. */
export type ProjectBuild = { app: CompiledApp; keep: boolean };

/** Dependencies of a build: the npm registry, the stored package plans, the runner of compilers, the mode, and its abort signal. */
export type Building = {
  registry: Registry;
  plans: PlanStore;
  runner: ToolRunner;
  mode: Mode;
  deadline?: AbortSignal;
};

/**
 * Builds a source tree and installs its packages from the registry. A file too deep for a parser becomes a diagnostic.
 * @returns the compiled app, and whether its result may be stored
 */
export async function buildProject(tree: SourceTree, building: Building): Promise<ProjectBuild> {
  try {
    return await buildTree(tree, building);
  } catch (failure) {
    const diagnostic = tooDeep(failure);
    if (diagnostic === null) throw failure;
    return { app: failed([diagnostic]), keep: true };
  }
}

async function buildTree(tree: SourceTree, building: Building): Promise<ProjectBuild> {
  const begun = Date.now();
  const all = withSourceEntries(sourceFiles(tree));
  const lost = missingRoot(all);
  if (lost !== null) return { app: failed([lost]), keep: true };
  const folder = appFolderOf(all);
  const { app, keep } = await buildFolder(tree, all, folder, building);
  const facts = { ...app.facts, root: folder.root, durationMs: Date.now() - begun };
  return { app: { ...app, facts }, keep };
}

async function buildFolder(
  tree: SourceTree,
  all: SourceFiles,
  folder: AppFolder,
  { registry, plans, runner, mode, deadline }: Building,
): Promise<ProjectBuild> {
  const { files } = folder;
  const { manifest, diagnostics } = readManifest(folder);
  if (diagnostics.length > 0) return { app: placed(failed(diagnostics), folder, tree), keep: true };
  const framework = surelyUnsupported(files, manifest.all);
  if (framework !== null) {
    const app = failed([framework.diagnostic], { framework: framework.name });
    return { app: placed(app, folder, tree), keep: true };
  }
  try {
    const installation = await installProject(all, folder.root, manifest, { registry, plans });
    const page = withBundlerPage(files, manifest);
    const app = await compileProject({ ...folder, files: page.files, manifest, installation, mode, runner, deadline });
    const report = { ...app.report, diagnostics: [...app.report.diagnostics, ...page.warnings] };
    return { app: placed({ ...app, report }, folder, tree), keep: !installation.temporary };
  } catch (failure) {
    if (!(failure instanceof PackageUnavailable)) throw failure;
    return { app: placed(failed([packageDiagnostic(folder, failure)]), folder, tree), keep: !failure.temporary };
  }
}

/**
 * Makes the paths of diagnostics relative to the project instead of the app's folder, and reports imports of files that
 * the project's import omitted.
 */
function placed(app: CompiledApp, folder: AppFolder, tree: SourceTree): CompiledApp {
  const { files, skipped = [] } = tree;
  const submodules = submodulesOf(files);
  const diagnostics = app.report.diagnostics.map((diagnostic) => {
    const missing = /there is no file (\S+) in the project/.exec(diagnostic.message)?.[1];
    const wanted = missing === undefined ? null : within(folder.root, missing);
    // An import specifier may omit a module's extension.
    const left = skipped.find(({ path }) => path === wanted || path.replace(/\.[cm]?[jt]sx?$/, "") === wanted);
    const submodule = wanted === null ? undefined : submodules.find((path) => wanted.startsWith(`${path}/`));
    if (submodule !== undefined)
      return inProject({ ...diagnostic, message: `${diagnostic.message} ${submoduleSentence(submodule)}` }, folder);
    const ignored = wanted === null || left !== undefined ? null : ignoredSentence(files, wanted);
    if (ignored !== null) return inProject({ ...diagnostic, message: `${diagnostic.message} ${ignored}` }, folder);
    if (left === undefined) return inProject(diagnostic, folder);
    return inProject({ ...diagnostic, message: leftOutSentence(left) }, folder);
  });
  const found = [...diagnostics, ...leftOutWarnings(tree, diagnostics, folder.root)];
  return { ...app, report: { ...app.report, diagnostics: found } };
}

/** Returns the folders of Git submodules, whose files are in separate repositories. */
function submodulesOf(files: SourceTree["files"]): string[] {
  const { content = "", encoding } = files.find(({ path }) => path === ".gitmodules") ?? {};
  return encoding === "utf-8"
    ? [...content.matchAll(/^\s*path\s*=\s*(.+?)\/?\s*$/gm)].map(([, path = ""]) => path)
    : [];
}

const submoduleSentence = (path: string): string =>
  `The folder ${path} is a Git submodule, whose files are not in an archive of this repository: add them to the project.`;

/** Returns the failed build of a project whose files exceed the RPC limit. */
export function tooLargeBuild(): ProjectBuild {
  const message =
    "The project is too large to build: its files can total about 24 MB. Remove large images, sounds or models, or load them from another host.";
  return { app: failed([{ path: "", line: 0, column: 0, severity: "error", message }]), keep: true };
}

/** Returns the failed build of a project that takes too long. */
export function lateBuild(ms: number): ProjectBuild {
  const message = `The build did not end within ${ms / 60_000} minutes, so it was stopped. Try again. If that doesn't help, import components and icons individually instead of a whole library, and remove packages that the app doesn't need.`;
  return { app: failed([{ path: "", line: 0, column: 0, severity: "error", message }]), keep: false };
}

/** Returns the failed build for a revision whose build has ended its isolate more than once. */
export function stoppedBuild(): ProjectBuild {
  const message =
    "The build was stopped more than once: it took more processor time, or more memory than a Worker's 128 MB. Look for a configuration or a plugin that never ends, a very large or deeply nested file among the last changes, or a very large package.";
  return { app: failed([{ path: "", line: 0, column: 0, severity: "error", message }]), keep: true };
}

function packageDiagnostic({ files, around }: AppFolder, failure: PackageUnavailable): Diagnostic {
  const name = /"([^"]+)"/.exec(failure.message)?.[1];
  const lines = (readText(files, "package.json") ?? readText(around, "package.json") ?? "").split("\n");
  const line = name === undefined ? -1 : lines.findIndex((text) => text.includes(`"${name}"`));
  const column = line < 0 ? 0 : (lines[line] ?? "").indexOf('"') + 1;
  return { path: "package.json", line: line + 1, column, severity: "error", message: failure.message };
}
