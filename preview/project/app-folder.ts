import { parse } from "jsonc-parser";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { findRoots } from "../../worker/contract/project-roots.ts";
import { normalize, within } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** Where a project's app is: its folder, empty for the project's own, the files in it, and those around it. */
export type AppFolder = { root: string; files: SourceFiles; around: SourceFiles };

/** The file in which a project names its app's folder: `{"root": "apps/web"}`. */
const CHOICE = "edgesmith.json";

/** Returns the error of an edgesmith.json that names a missing folder; null for any other project. */
export function missingRoot(files: SourceFiles): Diagnostic | null {
  const root = chosenRoot(files) ?? "";
  if (root === "" || [...files.keys()].some((path) => path.startsWith(`${root}/`))) return null;
  const message = `There is no folder "${root}" in the project. Correct "root" in ${CHOICE}, or remove that file.`;
  return { path: CHOICE, line: 1, column: 1, severity: "error", message };
}

/**
 * Finds the app's folder in a project: the one in edgesmith.json, else the likeliest one with a page or a framework.
 */
export function appFolderOf(files: SourceFiles): AppFolder {
  const chosen = chosenRoot(files);
  const root = chosen ?? findRoots(files.keys(), (path) => readText(files, path))[0]?.path ?? "";
  if (root === "") return { root, files, around: new Map() };
  const prefix = `${root}/`;
  const inside = [...files].filter(([path]) => path.startsWith(prefix));
  return {
    root,
    files: new Map(inside.map(([path, content]) => [path.slice(prefix.length), content])),
    around: new Map([...files].filter(([path]) => !path.startsWith(prefix))),
  };
}

function chosenRoot(files: SourceFiles): string | null {
  const choice: unknown = parse(readText(files, CHOICE) ?? "{}");
  const root = typeof choice === "object" && choice !== null ? Reflect.get(choice, "root") : undefined;
  return typeof root === "string" ? normalize(root) : null;
}

/**
 * Converts a diagnostic's path from the app's folder to the project. A path with a leading `/` is already in the
 * project.
 */
export function inProject(diagnostic: Diagnostic, { root, files, around }: AppFolder): Diagnostic {
  const { path } = diagnostic;
  // The manifest of an app without one is the project's (`readManifest`).
  if (path === "package.json" && !files.has(path) && around.has(path)) return diagnostic;
  if (path.startsWith("/")) return { ...diagnostic, path: path.slice(1) };
  if (path.startsWith("../")) return { ...diagnostic, path: within(root, path) };
  if (root === "" || path === "" || path.startsWith("node_modules/")) return diagnostic;
  return { ...diagnostic, path: `${root}/${path}` };
}
