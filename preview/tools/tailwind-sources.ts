import picomatch from "picomatch/posix";
import { resolvePath } from "./paths.ts";
import { isQuickGlob, slowGlob } from "./quick-glob.ts";
import type { TailwindSources } from "./tailwind.ts";

/** Folders and files that Tailwind does not scan for classes unless a pattern names them. */
const SKIPPED =
  /(^|\/)(node_modules|\.git|\.hg|\.svn|\.next|\.svelte-kit|\.vercel|\.yarn|\.venv|venv|__pycache__)\/|(^|\/)(package-lock\.json|pnpm-lock\.yaml|bun\.lockb?|yarn\.lock|\.gitignore|\.env(\.[^/]*)?)$|\.(css|less|sass|scss|styl|log|lock|min\.js|map|png|jpe?g|gif|webp|avif|ico|bmp|svgz|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|mov|pdf|zip|gz|tgz|wasm|bin|exe|dll|so|dylib|sqlite|db)$/i;
const GLOB = /[*?{}[\]!]/;

type Matcher = (path: string) => boolean;

/**
 * Returns the files that a sheet's sources scan for classes.
 * @param paths absolute; those of packages only when a source names them
 * @param projectRoot the default folder when the sheet has no `source(…)`
 */
export function filesOfSources(
  { root, sources }: TailwindSources,
  paths: Iterable<string>,
  projectRoot: string,
): string[] {
  const included: Matcher[] = sources.filter(({ negated }) => !negated).map(matcherOf);
  const excluded = sources.filter(({ negated }) => negated).map(matcherOf);
  if (root === null) included.push(inFolder(projectRoot));
  else if (root !== "none") included.push(inFolder(resolvePath(root.base, root.pattern)));
  return [...paths].filter(
    (path) => included.some((matches) => matches(path)) && !excluded.some((matches) => matches(path)),
  );
}

/** A pattern is a glob, a file, or a folder with automatic detection. */
function matcherOf({ base, pattern }: { base: string; pattern: string }): Matcher {
  const target = resolvePath(base, pattern);
  if (GLOB.test(pattern) && !isQuickGlob(pattern)) throw new Error(slowGlob(pattern));
  if (GLOB.test(pattern)) return picomatch([target], { dot: true });
  const isInFolder = inFolder(target);
  return (path) => path === target || isInFolder(path);
}

function inFolder(folder: string): Matcher {
  const prefix = folder === "/" ? folder : `${folder}/`;
  return (path) => path.startsWith(prefix) && !SKIPPED.test(path.slice(prefix.length));
}
