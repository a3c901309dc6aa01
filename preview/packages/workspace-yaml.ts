import { YAMLParseError } from "yaml";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { parseYaml } from "../project/yaml.ts";
import { type Json, objectOf } from "./lock.ts";

/** Invalid YAML contains no catalogs. Packages that need a catalog are reported as missing. */
export function workspaceYaml(files: SourceFiles): Json {
  try {
    return objectOf(parseYaml(readText(files, "pnpm-workspace.yaml") ?? ""));
  } catch (failure) {
    if (failure instanceof YAMLParseError) return {};
    throw failure;
  }
}

/**
 * Returns the overrides of a project's packages: those of the app's package.json, else those of the repository's root,
 * which apply to all of its packages, and those of pnpm-workspace.yaml, where pnpm reads them since version 10.
 * @param own the app's own, unchanged
 */
export function overridesOf(files: SourceFiles, own: unknown): unknown {
  const ofYaml = objectOf(workspaceYaml(files).overrides);
  const ofManifest = own ?? ofRoot(files);
  return Object.keys(ofYaml).length === 0 ? ofManifest : { ...objectOf(ofManifest), ...ofYaml };
}

function ofRoot(files: SourceFiles): unknown {
  try {
    const { overrides, pnpm, resolutions } = objectOf(JSON.parse(readText(files, "package.json") ?? "{}"));
    return overrides ?? objectOf(pnpm).overrides ?? resolutions;
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    throw failure;
  }
}
