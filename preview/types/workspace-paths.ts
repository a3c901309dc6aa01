import { packageTargets } from "../packages/package-targets.ts";
import { within } from "../project/paths.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";

/** Conditions of `exports` for a package's types. */
const CONDITIONS = ["types", "import", "module", "default"];

/**
 * Returns the patterns with which TypeScript resolves the packages of the same repository, for its option `paths`: the
 * paths in their `exports`, else their main module and the files in their folder.
 * @param workspace folders in the project by package name
 */
export function workspacePaths(
  files: SourceFiles,
  workspace: ReadonlyMap<string, string>,
): [pattern: string, targets: string[]][] {
  return [...workspace].flatMap(([name, folder]): [string, string[]][] => {
    const fields = fieldsOf(files, folder);
    const at = (path: string): string => `./${within(folder, path)}`;
    const { exports } = fields;
    if (exports === undefined) {
      const main = [fields.types, fields.typings, fields.module, fields.main].find((one) => typeof one === "string");
      return [
        [name, [at(String(main ?? "index"))]],
        [`${name}/*`, [at("*")]],
      ];
    }
    return subpathsOf(exports).map((subpath) => [
      within(name, subpath),
      packageTargets(exports, subpath, CONDITIONS).map(at),
    ]);
  });
}

function fieldsOf(files: SourceFiles, folder: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readText(files, `${folder}/package.json`) ?? "{}");
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    // The build reports a manifest that is not JSON.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The paths and patterns that a package exports. A map without paths applies to the package itself. */
function subpathsOf(exports: unknown): string[] {
  const keys = typeof exports === "object" && exports !== null ? Object.keys(exports) : [];
  const subpaths = keys.filter((key) => key.startsWith("."));
  return subpaths.length === 0 ? ["."] : subpaths.filter((key) => !key.endsWith("/"));
}
