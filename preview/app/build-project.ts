import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";
import type { Mode } from "../engine/bundle.ts";
import type { PlanStore } from "../packages/install-packages.ts";
import { installProject } from "../packages/install-project.ts";
import { PackageUnavailable, type Registry } from "../packages/registry.ts";
import { type CompiledApp, compileProject, failed } from "../project/compile-project.ts";
import { readManifest } from "../project/manifest.ts";
import { readText, type SourceFiles, sourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";

/** `keep`: whether building again would give the same. */
export type ProjectBuild = { app: CompiledApp; keep: boolean };

/** The means of a build: the packages' registry, the plans of versions, what runs compilers, and what it is for. */
export type Building = { registry: Registry; plans: PlanStore; runner: ToolRunner; mode: Mode };

/** Builds a tree, its packages from the registry included. */
export async function buildProject(
  tree: SourceTree,
  { registry, plans, runner, mode }: Building,
): Promise<ProjectBuild> {
  const files = sourceFiles(tree);
  const { manifest, diagnostics } = readManifest(files);
  if (diagnostics.length > 0) return { app: failed(diagnostics), keep: true };
  try {
    const installation = await installProject(files, "", manifest, { registry, plans });
    const versionOf = (name: string) => manifest.all[name] ?? null;
    const around = new Map<string, string>();
    const app = await compileProject({ files, around, root: "", manifest, installation, mode, runner, versionOf });
    return { app, keep: !installation.temporary };
  } catch (failure) {
    if (!(failure instanceof PackageUnavailable)) throw failure;
    return { app: failed([packageDiagnostic(files, failure)]), keep: !failure.temporary };
  }
}

/** The failed build that is reported after a build has ended its isolate more than once. */
export function stoppedBuild(): ProjectBuild {
  const message =
    "The build was stopped more than once: it took more processor time or memory than a build may. Look for a very large or deeply nested file among the last changes, or for a very large package.";
  return { app: failed([{ path: "", line: 0, column: 0, severity: "error", message }]), keep: true };
}

function packageDiagnostic(files: SourceFiles, failure: PackageUnavailable): Diagnostic {
  const name = /"([^"]+)"/.exec(failure.message)?.[1];
  const lines = (readText(files, "package.json") ?? "").split("\n");
  const line = name === undefined ? -1 : lines.findIndex((text) => text.includes(`"${name}"`));
  const column = line < 0 ? 0 : (lines[line] ?? "").indexOf('"') + 1;
  return { path: "package.json", line: line + 1, column, severity: "error", message: failure.message };
}
