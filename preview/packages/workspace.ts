import { satisfies, valid, validRange } from "semver";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { type Json, objectOf, textOf } from "./lock.ts";

/** The fields of a manifest that name packages. */
export const FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
/** The extensions of modules, pages and style sheets. */
export const SOURCES = /\.(?:[mc]?[jt]sx?|vue|svelte|mdx|html?|css|s[ac]ss|less|styl|astro|graphql|gql)$/i;

/**
 * Finds the packages in the project's folders. A package.json outside node_modules counts when a manifest requests its
 * name by `workspace:` or `file:`, or when its folder contains something to import and its version satisfies a
 * requested range. npm links the same packages of its workspaces: https://docs.npmjs.com/cli/v11/using-npm/workspaces
 * @returns folders by package name
 */
export function workspaceOf(files: SourceFiles): Map<string, string> {
  const found = new Map<string, string>();
  const paths = [...files.keys()]
    .filter((path) => /(?:^|\/)package\.json$/.test(path) && !IN_PACKAGES.test(path))
    .sort();
  const manifests = new Map(paths.map((path) => [path, parsed(files, path)]));
  const asked = rangesByName([...manifests.values()]);
  for (const [path, { name, version }] of manifests) {
    const folder = path.slice(0, -"/package.json".length);
    if (path === "package.json" || typeof name !== "string" || found.has(name)) continue;
    const ranges = asked.get(name) ?? [];
    if (isLocal(ranges) || (isAsked(textOf(version), ranges) && hasModules(files, folder))) found.set(name, folder);
  }
  return found;
}

const IN_PACKAGES = /(?:^|\/)node_modules\//;

/** The ranges that all manifests of a project declare for each package. */
function rangesByName(manifests: readonly Json[]): Map<string, string[]> {
  const ranges = new Map<string, string[]>();
  for (const manifest of manifests) {
    for (const [name, range] of FIELDS.flatMap((field) => Object.entries(objectOf(manifest[field])))) {
      if (typeof range === "string") ranges.set(name, [...(ranges.get(name) ?? []), range]);
    }
  }
  return ranges;
}

/** Whether any range is not a version range of the registry, such as `workspace:`, `file:` or `catalog:`. */
const isLocal = (ranges: readonly string[]): boolean => ranges.some((range) => validRange(range) === null);

/** Whether a folder's version satisfies a requested range. A folder without a version satisfies any. */
const isAsked = (version: string | undefined, ranges: readonly string[]): boolean =>
  ranges.length === 0 ||
  version === undefined ||
  valid(version) === null ||
  ranges.some((range) => satisfies(version, range, { includePrerelease: true }));

/** Whether a folder contains more than its manifest and native code: a module, a style sheet, or settings to extend. */
function hasModules(files: SourceFiles, folder: string): boolean {
  const prefix = `${folder}/`;
  return [...files.keys()].some((path) => {
    if (!path.startsWith(prefix)) return false;
    const inside = path.slice(prefix.length);
    return SOURCES.test(inside) || (/^[^/]+\.json$/.test(inside) && inside !== "package.json");
  });
}

/** Ignores a manifest that is not JSON; the build reports it. */
export function parsed(files: SourceFiles, path: string): Json {
  try {
    return objectOf(JSON.parse(readText(files, path) ?? "{}"));
  } catch (failure) {
    if (failure instanceof SyntaxError) return {};
    throw failure;
  }
}
