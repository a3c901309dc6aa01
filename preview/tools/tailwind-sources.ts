import fillRange from "fill-range";
import picomatch from "picomatch/posix";
import { resolvePath } from "./paths.ts";
import { isQuickGlob, slowGlob } from "./quick-glob.ts";
import type { TailwindSource, TailwindSources } from "./tailwind.ts";

/** Folders and files that Tailwind does not scan for classes unless a pattern names them. */
const SKIPPED =
  /(^|\/)(node_modules|\.git|\.hg|\.svn|\.next|\.svelte-kit|\.vercel|\.yarn|\.venv|venv|__pycache__)\/|(^|\/)(package-lock\.json|pnpm-lock\.yaml|bun\.lockb?|yarn\.lock|\.gitignore|\.env(\.[^/]*)?)$|\.(css|less|sass|scss|styl|log|lock|min\.js|map|png|jpe?g|gif|webp|avif|ico|bmp|svgz|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|mov|pdf|zip|gz|tgz|wasm|bin|exe|dll|so|dylib|sqlite|db)$/i;
const GLOB = /[*?{}[\]!]/;

/**
 * picomatch alone makes a class of characters of a range, so that `{1..12}` would match 1 and 2. Tailwind and fast-glob expand it.
 */
const globOptions = {
  dot: true,
  expandRange: (from: string, to: string) => `(?:${fillRange(from, to, { toRegex: true })})`,
};

type Matcher = (path: string) => boolean;
type Source = Pick<TailwindSource, "base" | "pattern">;

/**
 * Returns the files that a sheet's sources scan for classes.
 * @param paths absolute; those of packages only when a source names them
 * @param projectRoot the default folder when the sheet has no `source(…)`
 */
export function filesOfSources(scanned: TailwindSources, paths: Iterable<string>, projectRoot: string): string[] {
  const isScanned = matcherOfSources(scanned, projectRoot);
  return [...paths].filter((path) => isScanned(path));
}

/** Returns a function that tells whether a sheet's sources scan a file, by its absolute path. */
export function matcherOfSources({ root, sources }: TailwindSources, projectRoot: string): Matcher {
  const included = sources.filter(({ negated }) => !negated).map((one) => matcherOf(one, projectRoot));
  const excluded = sources.filter(({ negated }) => negated).map((one) => matcherOf(one, projectRoot));
  if (root === null) included.push(inFolder(projectRoot));
  else if (root !== "none") included.push(inFolder(targetOf(root, projectRoot)));
  return (path) => included.some((matches) => matches(path)) && !excluded.some((matches) => matches(path));
}

/**
 * Returns the packages that a sheet's sources scan for classes.
 * @param installed names of the packages at the top of the tree
 */
export function packagesOfSources(
  { root, sources }: TailwindSources,
  installed: readonly string[],
  projectRoot: string,
): Set<string> {
  const scanned = sources.filter(({ negated }) => !negated);
  if (root !== null && root !== "none") scanned.push({ ...root, negated: false });
  const named = scanned.flatMap((source) => {
    const target = targetOf(source, projectRoot);
    const name = PACKAGE.exec(target.slice(projectRoot.length))?.[1];
    if (name === undefined) return [];
    const isName = GLOB.test(name) ? picomatch([name], globOptions) : (one: string) => one === name;
    return installed.filter((one) => isName(one));
  });
  return new Set(named);
}

const PACKAGE = /^\/node_modules\/((?:@[^/]+\/)?[^/@][^/]*)/;

/** A pattern is a glob, a file, or a folder with automatic detection. */
function matcherOf(source: Source, projectRoot: string): Matcher {
  const target = targetOf(source, projectRoot);
  if (GLOB.test(source.pattern)) return picomatch([target], globOptions);
  const isInFolder = inFolder(target);
  return (path) => path === target || isInFolder(path);
}

/**
 * The absolute path of a source. An app in a folder of a repository names the packages of the repository's root, which are laid
 * out in the app's own folder.
 */
function targetOf({ base, pattern }: Source, projectRoot: string): string {
  if (GLOB.test(pattern) && !isQuickGlob(pattern)) throw new Error(slowGlob(pattern));
  const target = resolvePath(base, pattern);
  const packages = target.indexOf(PACKAGES);
  return packages < 0 ? target : projectRoot + target.slice(packages);
}

const PACKAGES = "/node_modules/";

function inFolder(folder: string): Matcher {
  const prefix = folder === "/" ? folder : `${folder}/`;
  return (path) => path.startsWith(prefix) && !SKIPPED.test(path.slice(prefix.length));
}
