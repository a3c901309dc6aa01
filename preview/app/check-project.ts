import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";
import { installPackages, type PlanStore } from "../packages/install-packages.ts";
import { type InstalledPackages, noPackages } from "../packages/installed-packages.ts";
import { PackageUnavailable, type Registry } from "../packages/registry.ts";
import { readManifest } from "../project/manifest.ts";
import { sourceFiles } from "../project/source-files.ts";
import { checkTypes } from "../types/check-types.ts";

/** Packages that ship without types and have them in another, whose major version is the same. */
const TYPED_ELSEWHERE = ["react", "react-dom"];

/** Type-checks a tree. Packages that cannot be had leave what is imported from them unchecked. */
export async function checkProject(tree: SourceTree, registry: Registry, plans: PlanStore): Promise<Diagnostic[]> {
  const files = sourceFiles(tree);
  const { manifest } = readManifest(files);
  const packages = await install(withTypes(manifest.dependencies), registry, plans);
  return checkTypes(files, manifest, packages);
}

async function install(
  dependencies: Record<string, string>,
  registry: Registry,
  plans: PlanStore,
): Promise<InstalledPackages> {
  try {
    return await installPackages(dependencies, registry, plans);
  } catch (failure) {
    if (failure instanceof PackageUnavailable) return noPackages;
    throw failure;
  }
}

function withTypes(dependencies: Record<string, string>): Record<string, string> {
  const typed = { ...dependencies };
  for (const name of TYPED_ELSEWHERE) {
    const major = /\d+/.exec(dependencies[name] ?? "")?.[0];
    if (name in dependencies) typed[`@types/${name}`] ??= major === undefined ? "*" : `^${major}`;
  }
  return typed;
}
