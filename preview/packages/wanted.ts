import { packageNameOf } from "../engine/specifiers.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";

/** Files that name packages without importing them. */
const NAMES_ONLY =
  /(^|\/)(package(-lock)?|npm-shrinkwrap|components|composer)\.json$|(^|\/)(pnpm-lock\.yaml|yarn\.lock|bun\.lock)$|\.(md|txt|svg|log)$/;
/** What stands in quotes and could be a package with a path in it. */
const QUOTED = /["'`]~?((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^"'`\s]*)?["'`]/g;
/** What code written in JSX imports without saying so, for the packages that make elements of it. */
const RUNTIMES = ["react", "preact", "solid-js", "vue", "svelte", "hono", "react-dom"];

/**
 * The dependencies that an app's own files mention, with their ranges: what nobody imports is not installed, so that a server
 * framework or a command-line tool among them costs nothing and cannot fail a build.
 * @param all every dependency that package.json names
 */
export function mentioned(files: SourceFiles, all: Record<string, string>): Record<string, string> {
  const names = new Set(RUNTIMES);
  for (const [path, content] of files) {
    if (typeof content !== "string" || NAMES_ONLY.test(path)) continue;
    for (const [, name = ""] of content.matchAll(QUOTED)) names.add(name);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

/** Folders in the project by the name of the package in them: workspaces, and what `file:` and `link:` name. */
export function workspaceFolders(files: SourceFiles, root: string, all: Record<string, string>): Map<string, string> {
  const folders = new Map<string, string>();
  for (const [path, content] of files) {
    if (!path.endsWith("/package.json") || path === within(root, "package.json") || typeof content !== "string")
      continue;
    const name = /"name"\s*:\s*"([^"]+)"/.exec(content)?.[1];
    if (name !== undefined) folders.set(name, path.slice(0, -"/package.json".length));
  }
  for (const [name, range] of Object.entries(all)) {
    const target = /^(?:file|link|portal):(.+)$/.exec(range)?.[1];
    if (target === undefined) continue;
    const folder = joined(within(root, target));
    if (files.has(`${folder}/package.json`)) folders.set(name, folder);
  }
  return folders;
}

/** Names a package of a project's own. */
export const isOwn = (specifier: string, workspace: ReadonlyMap<string, string>): boolean =>
  workspace.has(packageNameOf(specifier));

function joined(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}
