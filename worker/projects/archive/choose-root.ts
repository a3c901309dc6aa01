import { findRoots, type ImportReport } from "../../contract/index.ts";

/** The file that names the folder of a project that is built. */
export const choiceFile = "edgesmith.json";

/** The maximum number of folders offered as a choice. */
const maxRoots = 20;

/** The chosen root, and the other folders that an app can be built from. */
export type ChosenRoot = Pick<ImportReport, "root" | "roots"> & {
  /** The text of the `edgesmith.json` to write; null when none is needed. */
  choice: string | null;
};

/**
 * Finds the folders that an app can be built from, and chooses one: the root set in `edgesmith.json`, otherwise the
 * likeliest.
 * @param paths the project's files
 * @param texts the texts of `edgesmith.json` and of every `package.json` among them
 */
export function chooseRoot(paths: string[], texts: ReadonlyMap<string, string>): ChosenRoot {
  const roots = findRoots(paths, (path) => texts.get(path) ?? null).slice(0, maxRoots);
  const kept = texts.get(choiceFile);
  const settings = kept === undefined ? {} : settingsOf(kept);
  const named = settings?.root;
  if (typeof named === "string") {
    const path = named.replace(/^(\.\/+|\.$)/, "").replace(/\/+$/, "");
    if (path === "" || paths.some((file) => file.startsWith(`${path}/`))) {
      const isFound = roots.some((found) => found.path === path);
      return { root: path, roots: isFound ? roots : [{ path, framework: null, name: null }, ...roots], choice: null };
    }
  }
  const root = roots[0]?.path ?? null;
  // An invalid file is left unchanged, and the build reports its error.
  const isWritten = root !== null && root !== "" && settings !== null;
  return { root, roots, choice: isWritten ? `${JSON.stringify({ ...settings, root }, null, 2)}\n` : null };
}

function settingsOf(text: string): Record<string, unknown> | null {
  try {
    const settings: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return typeof settings === "object" && settings !== null && !Array.isArray(settings) ? { ...settings } : null;
  } catch {
    return null;
  }
}
