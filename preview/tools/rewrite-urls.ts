import { relativePath, resolvePath } from "./paths.ts";

/** `url(…)` of a relative address: no scheme, root, fragment, variable, interpolation or alias. */
const RELATIVE_URL = /\burl\(\s*(["']?)(?![/#$@~]|[a-z][a-z\d+.-]*:)([^"')]+)\1\s*\)/gi;

/**
 * Rewrites the relative addresses of a style sheet in `folder` to mean the same from `root`: an imported sheet becomes part of the
 * one that imports it.
 */
export function rewriteUrls(css: string, folder: string, root: string): string {
  if (folder === root) return css;
  return css.replace(RELATIVE_URL, (_, quote: string, path: string) => {
    return `url(${quote}${relativePath(root, resolvePath(folder, path))}${quote})`;
  });
}
