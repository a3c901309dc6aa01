import picomatch from "picomatch/posix";
import { isQuickGlob, slowGlob } from "../tools/quick-glob.ts";
import { applyAlias } from "./alias.ts";
import type { Literal } from "./literal.ts";
import type { ModuleContext } from "./module-edits.ts";

/** The options of `import.meta.glob`; `query` begins with `?` or is empty. */
export type GlobOptions = {
  eager: boolean;
  import: string | null;
  query: string;
  base: string | null;
  exhaustive: boolean;
  caseSensitive: boolean;
};

/** A file that patterns match: the key that the module sees, and the specifier that imports it. */
export type GlobMatch = { key: string; specifier: string };

/** Thrown for invalid patterns or options; the message has the reason. */
export class GlobError extends Error {}

const TYPES: Record<string, string[]> = {
  as: ["string"],
  eager: ["boolean"],
  import: ["string"],
  exhaustive: ["boolean"],
  query: ["object", "string"],
  base: ["string"],
  caseSensitive: ["boolean"],
};

/**
 * Checks the second argument of `import.meta.glob`.
 * @throws GlobError for an option that Vite does not have either, or of another type
 */
export function globOptions(given: Literal): GlobOptions {
  if (given !== undefined && (given === null || typeof given !== "object" || Array.isArray(given)))
    throw new GlobError("The options of import.meta.glob must be an object.");
  const options = new Map(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
  for (const [name, value] of options) {
    const types = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (types === undefined) throw new GlobError(`import.meta.glob has no option "${name}".`);
    if (!types.includes(typeof value))
      throw new GlobError(`The option "${name}" must be of type ${types.join(" or ")}.`);
  }
  const text = (name: string) => (options.has(name) ? String(options.get(name)) : null);
  const as = text("as");
  if (as !== null && options.has("query")) throw new GlobError('The options "as" and "query" cannot be used together.');
  const base = text("base");
  if (base !== null && !/^(\/|\.\.?\/)/.test(base))
    throw new GlobError('The option "base" must begin with "/", "./" or "../".');
  return {
    eager: options.get("eager") === true,
    import: text("import") ?? (as === "raw" || as === "url" ? "default" : null),
    query: as === null ? queryOf(options.get("query")) : `?${as}`,
    base,
    exhaustive: options.get("exhaustive") === true,
    caseSensitive: options.get("caseSensitive") !== false,
  };
}

function queryOf(query: Literal): string {
  if (query === undefined || query === null || query === "") return "";
  if (typeof query !== "object") return `?${String(query).replace(/^\?/, "")}`;
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return `?${new URLSearchParams(pairs)}`;
}

/**
 * Returns the files that match patterns of the module `importer`, sorted by path and without the module itself. Keys
 * are relative when all patterns are, else they begin at Vite's root.
 * @throws GlobError for a pattern that begins with neither `/`, `./`, `../`, `**` nor an alias
 */
export function globMatches(
  patterns: readonly string[],
  importer: string,
  options: Pick<GlobOptions, "base" | "exhaustive" | "caseSensitive" | "query">,
  context: ModuleContext,
): GlobMatch[] {
  const { appRoot = "" } = context;
  // From the project's folder, since patterns lead out of the app's folder and into it.
  const own = join(appRoot, importer);
  const root = join(appRoot, context.root);
  const folder = folderOf(own);
  const base = options.base === null ? folder : join(options.base.startsWith("/") ? root : folder, options.base);
  const resolved = patterns.map((pattern) => {
    if (!isQuickGlob(pattern)) throw new GlobError(slowGlob(pattern));
    const isNegated = pattern.startsWith("!");
    return {
      isNegated,
      pattern: projectPattern(isNegated ? pattern.slice(1) : pattern, base, { ...context, root, appRoot }),
    };
  });
  const matcher = (isNegated: boolean) => {
    const chosen = resolved.filter((one) => one.isNegated === isNegated).map(({ pattern }) => pattern);
    const ignore = options.exhaustive || isNegated ? [] : ["**/node_modules/**"];
    const nocase = !options.caseSensitive;
    return chosen.length === 0
      ? () => false
      : picomatch(chosen, { dot: options.exhaustive, nocase, noextglob: true, ignore });
  };
  const isMatch = matcher(false);
  const isExcluded = matcher(true);
  const isRelative = patterns.every((pattern) => /^[.!]/.test(pattern));
  const paths = [...context.files.keys()].map((path) => join(appRoot, path));
  const found = paths.filter((path) => path !== own && isMatch(path) && !isExcluded(path));
  return found.sort().map((path) => {
    const specifier = relative(folder, path);
    const key = options.base !== null ? relative(base, path) : isRelative ? specifier : rootPath(root, path);
    return { key, specifier: specifier + options.query };
  });
}

type Folders = Pick<ModuleContext, "aliases" | "root"> & { appRoot: string };

/** Returns a pattern from the project's folder. */
function projectPattern(pattern: string, folder: string, { root, appRoot, aliases }: Folders): string {
  if (pattern.startsWith("/")) return join(escapeGlob(root), pattern);
  if (/^\.\.?\//.test(pattern)) return join(escapeGlob(folder), pattern);
  if (pattern.startsWith("**")) return join(escapeGlob(root), pattern);
  const aliased = applyAlias(pattern, aliases);
  if (aliased?.startsWith("/")) return join(escapeGlob(appRoot), aliased);
  throw new GlobError(`The pattern "${pattern}" must begin with "/", "./", "../" or an alias.`);
}

/** Folder names may contain pattern characters, such as `[id]` and `(main)`. */
const escapeGlob = (path: string): string => path.replace(/[()[\]{}!*?+@|\\]/g, "\\$&");

/** Returns the folder of a path without a slash at its end; empty at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

function rootPath(root: string, path: string): string {
  const inRoot = relative(root, path);
  return inRoot.startsWith("../") ? inRoot : inRoot.slice(1);
}

/** Joins paths without dot segments in the result but those that lead out of the app's folder, and keeps escaped characters. */
export function join(folder: string, path: string): string {
  const segments: string[] = [];
  for (const segment of `${folder}/${path}`.split("/")) {
    if (segment === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else if (segment === "..") segments.push(segment);
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}

/** The way from a folder to a file, beginning with `./` or `../`. */
export function relative(folder: string, path: string): string {
  const from = folder === "" ? [] : folder.split("/");
  const to = path.split("/");
  let common = 0;
  while (common < from.length && from[common] === to[common]) common += 1;
  const up = "../".repeat(from.length - common);
  return (up === "" ? "./" : up) + to.slice(common).join("/");
}
