import { normalize, within } from "../project/paths.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { type Json, objectOf, textOf } from "./lock.ts";
import { FIELDS, parsed } from "./workspace.ts";
import { workspaceYaml } from "./workspace-yaml.ts";

/**
 * A patch that a project contains for a package. `range`: the versions that it applies to, null for any. `text`: null
 * when the file is missing.
 */
export type PackagePatch = { name: string; range: string | null; path: string; text: string | null };

/**
 * Finds a project's patches: `patchedDependencies` of pnpm and bun, those of patch-package, and dependencies and
 * resolutions with yarn's `patch:`, in the order of application.
 * @param root the app's folder, "" for the project's
 */
export function patchesOf(files: SourceFiles, root: string): PackagePatch[] {
  const found = new Map<string, PackagePatch>();
  const add = (name: string, range: string | null, path: string): void => {
    const key = `${name} ${path}`;
    if (!found.has(key)) found.set(key, { name, range, path, text: readText(files, path) });
  };
  const addListed = (listed: unknown, folder: string): void => {
    for (const [key, path] of Object.entries(objectOf(listed))) {
      const [, name, range = null] = /^((?:@[^/@]+\/)?[^@]+)(?:@(.+))?$/.exec(key) ?? [];
      if (name !== undefined && typeof path === "string") add(name, range, within(folder, path));
    }
  };
  addListed(workspaceYaml(files).patchedDependencies, "");
  for (const folder of new Set(["", root])) {
    const manifest = parsed(files, within(folder, "package.json"));
    addListed(objectOf(manifest.pnpm).patchedDependencies, folder);
    addListed(manifest.patchedDependencies, folder);
    for (const [name, path] of yarnPatches(manifest, folder)) add(name, null, path);
    for (const { name, range, path } of packagePatches(files, manifest, folder)) add(name, range, path);
  }
  return [...found.values()];
}

const FOLDER_OPTION = /\bpatch-package\b[^&|;]*--patch-dir[= ](?:\.\/)?([\w./-]+)/;

/**
 * File names of patch-package: `name+1.0.0.patch`, `@scope+name+1.0.0+001+why.patch`, and `outer++inner+1.0.0.patch`
 * for a nested package.
 */
function packagePatches(files: SourceFiles, manifest: Json, folder: string): Omit<PackagePatch, "text">[] {
  const scripts = Object.values(objectOf(manifest.scripts)).filter((one) => typeof one === "string");
  const isUsed =
    FIELDS.some((field) => Object.hasOwn(objectOf(manifest[field]), "patch-package")) ||
    scripts.some((script) => /\bpatch-package\b/.test(script));
  if (!isUsed) return [];
  const named = scripts.flatMap((script) => FOLDER_OPTION.exec(script)?.[1] ?? [])[0] ?? "patches";
  const prefix = `${within(folder, named)}/`;
  const paths = [...files.keys()].filter((path) => path.startsWith(prefix) && path.endsWith(".patch")).sort();
  return paths.flatMap((path) => {
    const nested = path.slice(prefix.length).split("++");
    const [, scope, base, version] =
      /^(?:(@[^+]+)\+)?([^+]+)\+(\d[^+]*?)(?:\+.*)?(?:\.dev)?\.patch$/.exec(nested.at(-1) ?? "") ?? [];
    if (base === undefined || version === undefined) return [];
    // patch-package also tries a patch on other versions of a top-level package.
    return [{ name: scope === undefined ? base : `${scope}/${base}`, range: nested.length > 1 ? version : null, path }];
  });
}

/**
 * Matches yarn's `patch:name@npm%3A1.0.0#~/.yarn/patches/x.patch`. A path without `~/` is relative to the manifest's
 * folder.
 */
function yarnPatches(manifest: Json, folder: string): [name: string, path: string][] {
  const ranges = [...FIELDS.map((field) => manifest[field]), manifest.resolutions].flatMap((one) =>
    Object.values(objectOf(one)),
  );
  return ranges.flatMap((range) => {
    const [, name, list] = /^patch:((?:@[^/@]+\/)?[^@]+)@[^#]*#([^:]*)/.exec(textOf(range) ?? "") ?? [];
    return (list ?? "").split("&").flatMap((one): [string, string][] => {
      const path = one.replace(/^optional!/, "");
      if (name === undefined || !path.endsWith(".patch") || /^~?builtin/.test(path)) return [];
      return [[name, path.startsWith("~/") ? normalize(path.slice(2)) : within(folder, path)]];
    });
  });
}
