import { relativePath, resolvePath } from "./paths.ts";

/** `url(…)` of a relative address: no scheme, root, fragment, variable, interpolation or alias. */
const RELATIVE_URL = /\burl\(\s*(["']?)(?![/#$@~]|[a-z][a-z\d+.-]*:)([^"')]+)\1\s*\)/gi;

/**
 * Rebases the relative URLs of a style sheet in `folder` to `root`, since an imported sheet becomes part of its
 * importer.
 */
export function rewriteUrls(css: string, folder: string, root: string): string {
  if (folder === root) return css;
  return css.replace(RELATIVE_URL, (_, quote: string, path: string) => {
    return `url(${quote}${relativePath(root, resolvePath(folder, path))}${quote})`;
  });
}
