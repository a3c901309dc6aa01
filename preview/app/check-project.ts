import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";
import { type Installation, type PlanStore, readAll } from "../packages/install-packages.ts";
import { type Installing, installProject } from "../packages/install-project.ts";
import { type InstalledPackages, noPackages } from "../packages/installed-packages.ts";
import { PackageUnavailable, type Registry } from "../packages/registry.ts";
import { withSourceEntries } from "../packages/source-entries.ts";
import { workspaceOf } from "../packages/workspace.ts";
import { appFolderOf } from "../project/app-folder.ts";
import { type Manifest, readManifest } from "../project/manifest.ts";
import { type SourceFiles, sourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { aliasPaths } from "../types/alias-paths.ts";
import { checkRequest } from "../types/check-request.ts";
import { CHECK_MS, type CheckRequest, type CheckResult, type TypeCheckerRpc } from "../types/type-checker-rpc.ts";

/** Packages whose types are in a separate package of the same major version. */
const TYPED_ELSEWHERE = ["react", "react-dom"];

/**
 * The maximum number of attempts of a check that waits behind another check: the checker's isolate may be stopped
 * before its turn.
 */
const ATTEMPTS = 6;
const RETRY_MS = 500;
const STOPPED: Diagnostic = {
  path: "",
  line: 0,
  column: 0,
  severity: "warning",
  message: `The type check was stopped after ${CHECK_MS / 1000} s, so code after the findings listed here was not checked. A type that refers to itself or a very large union can keep the checker busy forever.`,
};

/** Dependencies of a check: the npm registry, the stored package plans, the type checker, and the runner of a vite.config. */
export type Checking = { registry: Registry; plans: PlanStore; types: TypeCheckerRpc; runner: ToolRunner };

/**
 * Type-checks a source tree. Does not check imports of packages that cannot be installed.
 * @returns the findings, preceded by a warning when the check was stopped
 */
export async function checkProject(
  tree: SourceTree,
  { registry, plans, types, runner }: Checking,
): Promise<Diagnostic[]> {
  const files = withSourceEntries(sourceFiles(tree));
  const app = appFolderOf(files);
  const { manifest } = readManifest(app);
  const planned = await planTypes(files, app.root, manifest, { registry, plans });
  const packages = await readTypes(planned, registry);
  const workspace = planned?.workspace ?? workspaceOf(files);
  const aliases = await aliasPaths(app, manifest, workspace, runner);
  const request = checkRequest(files, app, { manifest, packages, workspace, aliases });
  const { diagnostics, complete } = await check(request, types);
  return complete ? diagnostics : [STOPPED, ...diagnostics];
}

/**
 * Runs a check in the type checker's Worker. When the isolate is stopped for its CPU time or memory, the check that was
 * running is the cause; the checks that were waiting retry.
 */
async function check(request: CheckRequest, types: TypeCheckerRpc): Promise<CheckResult> {
  for (let attempt = 1; ; attempt += 1) {
    let begun = false;
    try {
      return await types.check(request, async () => {
        begun = true;
      });
    } catch (failure) {
      if (begun) return { diagnostics: [], complete: false };
      if (attempt === ATTEMPTS) throw failure;
      await scheduler.wait(attempt * RETRY_MS);
    }
  }
}

/**
 * Plans the packages whose declarations a project's types need.
 * @param root the app's folder in the project
 * @returns null when the registry does not have one of the packages
 */
export async function planTypes(
  files: SourceFiles,
  root: string,
  manifest: Manifest,
  installing: Installing,
): Promise<Installation | null> {
  try {
    return await installProject(files, root, manifest, installing, withTypes(manifest.all));
  } catch (failure) {
    if (failure instanceof PackageUnavailable) return null;
    throw failure;
  }
}

/** Reads the planned packages; returns an empty list when one cannot be read. */
export async function readTypes(planned: Installation | null, registry: Registry): Promise<InstalledPackages> {
  try {
    return planned === null ? noPackages : await readAll(planned, registry);
  } catch (failure) {
    if (failure instanceof PackageUnavailable) return noPackages;
    throw failure;
  }
}

/** Returns the missing `@types` packages of `TYPED_ELSEWHERE`, as ranges by name. */
function withTypes(dependencies: Record<string, string>): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const name of TYPED_ELSEWHERE) {
    const major = /\d+/.exec(dependencies[name] ?? "")?.[0];
    if (name in dependencies)
      typed[`@types/${name}`] = dependencies[`@types/${name}`] ?? (major === undefined ? "*" : `^${major}`);
  }
  return typed;
}
