import { packageNameOf } from "../engine/specifiers.ts";
import { packageTargets } from "../packages/package-targets.ts";
import { workspaceOf } from "../packages/workspace.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { join } from "./glob-import.ts";

const known = new WeakMap<SourceFiles, Map<string, string>>();

/**
 * Resolves an import of a package in the same repository by its `exports`, else by its main module.
 * @param conditions of `exports`
 * @param field the field of package.json that names the package's main module, style sheet or types, before `main`
 * @returns the path, whose extension may be missing; null for other packages
 */
export function workspaceModule(
  specifier: string,
  files: SourceFiles,
  conditions: string[],
  field: "module" | "style" | "types" = "module",
): string | null {
  const folders = known.get(files) ?? workspaceOf(files);
  known.set(files, folders);
  const name = packageNameOf(specifier);
  const folder = folders.get(name);
  if (folder === undefined) return null;
  const manifest: unknown = JSON.parse(readText(files, `${folder}/package.json`) ?? "{}");
  const fields = new Map(Object.entries(manifest ?? {}));
  const subpath = `.${specifier.slice(name.length)}`;
  const target = packageTargets(fields.get("exports"), subpath, conditions)[0];
  if (target !== undefined) return join(folder, target);
  const named = [fields.get(field), fields.get("main")].find((one) => typeof one === "string") ?? "index";
  return join(folder, subpath === "." ? String(named) : subpath);
}
