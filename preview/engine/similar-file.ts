import type { SourceFiles } from "../project/source-files.ts";
import { relativePath } from "../tools/paths.ts";

const SCRIPT = /\.(?:d\.)?(?:[cm]?[jt]sx?|vue|svelte)$/;
/** File names that occur in many folders, so that a match in another folder means nothing. */
const COMMON = new Set(["index", "main", "types", "styles"]);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const withoutEnding = (path: string): string => path.replace(SCRIPT, "").replace(/\/index$/, "");
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * Returns a hint about the only module in another folder that has the name of a missing module; `""` when there are
 * none or several.
 * @param missing path of the missing file
 * @param importer path of the importing module
 */
export function similarFile(missing: string, importer: string, sources: SourceFiles): string {
  const name = nameOf(withoutEnding(missing));
  const [top = ""] = missing.split("/");
  if (COMMON.has(name) || !missing.includes("/")) return "";
  const found = [...sources.keys()].filter(
    (path) =>
      path.startsWith(`${top}/`) && path !== importer && SCRIPT.test(path) && nameOf(withoutEnding(path)) === name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1) return "";
  return ` Did you mean ${only}? Import "${relativePath(folderOf(importer), withoutWritten(only))}".`;
}

/** Bundlers resolve scripts without an extension, but not components. */
const withoutWritten = (path: string): string => (/\.(vue|svelte)$/.test(path) ? path : withoutEnding(path));
