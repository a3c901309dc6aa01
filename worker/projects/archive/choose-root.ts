import { findRoots, type ImportReport } from "../../contract/index.ts";

/** The file in which a project keeps which of its folders is built. */
export const choiceFile = "edgesmith.json";

/** More nobody chooses from. */
const maxRoots = 20;

export type ChosenRoot = Pick<ImportReport, "root" | "roots"> & {
  /** The text of `edgesmith.json` that keeps the choice, or null where none has to be written. */
  choice: string | null;
};

/**
 * Finds the folders that an app can be built from, and chooses: what `edgesmith.json` says, else the likeliest.
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
    if (path === "" || paths.some((one) => one.startsWith(`${path}/`))) {
      const isFound = roots.some((one) => one.path === path);
      return { root: path, roots: isFound ? roots : [{ path, framework: null, name: null }, ...roots], choice: null };
    }
  }
  const root = roots[0]?.path ?? null;
  // Where the file cannot be read it is left as it is: the build says what is wrong with it.
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
