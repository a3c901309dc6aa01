import type { ImportKind } from "esbuild";
import type { SourceFiles } from "./source-files.ts";

/** Where a bundle runs: it decides which packages' exports apply and which imports stay imports. */
export type Side = "client" | "server";

/**
 * What stands behind an import: a module to read, an import to leave as it is, a module that is empty in a browser, or nothing,
 * with the reason.
 */
export type Resolution = { path: string } | { external: string } | { empty: string } | { missing: string };

/** How a package is asked for: by `import`, by `require`, or by a style sheet. */
export type ImportForm = "import" | "require" | "style";

/** What a resolver needs of the installed packages. */
export type PackageFiles = {
  /** A file below `node_modules/`, or null. */
  read(path: string): Uint8Array | null;
  /** The file a bare specifier means to the module `importer`, or null. */
  resolve(specifier: string, importer: string, side: Side, form: ImportForm): string | null;
  /**
   * What the package of `importer` puts in the place of a file of its own, or of another package, in browsers: another specifier
   * or file, false for an empty module, or null where it says nothing.
   */
  browserReplacement(target: string, importer: string): string | false | null;
  /** Whether a module does something when it is loaded, so that it stays in a bundle that uses none of its exports. */
  hasSideEffects(path: string): boolean;
};

/** Everything that an import may mean. `paths`: patterns of tsconfig.json, with their files from the project's root. */
export type Sources = { files: SourceFiles; packages: PackageFiles; paths: Record<string, string[]> };

/** One import. `importer`: path of the importing module, such as `src/main.tsx`. */
export type ImportRequest = { specifier: string; importer: string; kind: ImportKind };

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".css"];
const NODE_MODULE =
  /^(node:.+|assert|async_hooks|buffer|crypto|diagnostics_channel|dns|events|fs|http|https|module|net|os|path|perf_hooks|process|querystring|stream|string_decoder|timers|tls|tty|url|util|vm|worker_threads|zlib)(\/|$)/;
const STYLE_KINDS: ImportKind[] = ["import-rule", "url-token", "composes-from"];

/**
 * Resolves one import of a generated app: relative, absolute from the project's root, by a pattern of tsconfig.json, `@/`
 * for `src/`, a package, or something the platform provides.
 */
export function resolveImport(request: ImportRequest, side: Side, sources: Sources): Resolution {
  const { specifier, kind } = request;
  if (/^(https?:|data:)|^\/\//.test(specifier)) return remote(specifier, kind, side);
  if (kind === "url-token" && /^(#|[a-z][a-z\d+.-]*:)/i.test(specifier)) return { external: specifier };
  if (specifier.startsWith("cloudflare:")) return platform(specifier, side);
  const found = resolveModule(request, side, sources);
  return "missing" in found && isOptional(request, sources) ? { external: specifier } : found;
}

/** Whether a package is prepared not to get what it asks for: it asks when it runs, and catches what comes of it. */
function isOptional({ specifier, importer, kind }: ImportRequest, { packages }: Sources): boolean {
  if (!importer.startsWith("node_modules/")) return false;
  if (kind === "dynamic-import" || kind === "require-resolve") return true;
  if (kind !== "require-call") return false;
  const code = new TextDecoder().decode(packages.read(importer) ?? new Uint8Array());
  const quoted = new RegExp(`require\\(\\s*["'\`]${specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["'\`]`, "g");
  return [...code.matchAll(quoted)].every(({ index }) => isInTry(code, index));
}

/** Whether a place in a script is in a `try` block: more braces were opened since the last one than closed. */
function isInTry(code: string, place: number): boolean {
  const last = [...code.slice(0, place).matchAll(/\btry\s*\{/g)].at(-1);
  if (last === undefined) return false;
  const since = code.slice(last.index, place);
  return since.split("{").length > since.split("}").length;
}

/** As {@link resolveImport}, for what is a module; in a browser with what its package puts in its place. */
function resolveModule(request: ImportRequest, side: Side, sources: Sources): Resolution {
  if (side === "server") return resolvePlain(request, side, sources);
  const { specifier, importer } = request;
  const { packages } = sources;
  const isNamed = importer.startsWith("node_modules/") && !/^[./#]/.test(specifier);
  const named = isNamed ? packages.browserReplacement(specifier, importer) : null;
  if (named === false) return { empty: specifier };
  if (named !== null) return resolveReplaced(named, request, side, sources);
  const resolution = resolvePlain(request, side, sources);
  if (!("path" in resolution) || !resolution.path.startsWith("node_modules/")) return resolution;
  const replacement = packages.browserReplacement(resolution.path, importer);
  if (replacement === null) return resolution;
  return replacement === false ? { empty: specifier } : resolveReplaced(replacement, request, side, sources);
}

/** A replacement is a path below `node_modules/`, or another package. */
function resolveReplaced(target: string, request: ImportRequest, side: Side, sources: Sources): Resolution {
  const found = target.startsWith("node_modules/") ? findFile(target, sources) : null;
  return found === null ? resolvePlain({ ...request, specifier: target }, side, sources) : { path: found };
}

function resolvePlain(request: ImportRequest, side: Side, sources: Sources): Resolution {
  const { specifier, kind } = request;
  const path = localPath(request);
  const found = path === null ? null : findFile(path, sources);
  if (found !== null) return { path: found };
  if (STYLE_KINDS.includes(kind)) return resolveInStyle(request, side, sources);
  if (path !== null) return missingFile(path, specifier);
  return resolveBare(request, side, sources) ?? missing(specifier);
}

/** `a/b/../c` without its dots, in normal form C as all paths are; a path that would leave the project stays at its root. */
export function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/").normalize("NFC");
}

/** The path that a specifier means by itself, or null where it names something else than a place. */
function localPath({ specifier, importer, kind }: ImportRequest): string | null {
  const folder = importer.slice(0, importer.lastIndexOf("/") + 1);
  if (kind === "entry-point" || specifier.startsWith("/")) return normalize(specifier);
  const isRelative = specifier.startsWith("./") || specifier.startsWith("../") || /^\.{1,2}$/.test(specifier);
  return isRelative || STYLE_KINDS.includes(kind) ? normalize(folder + specifier) : null;
}

/** In a style sheet a bare name is a file beside it; where there is none, it is a package's, with or without webpack's `~`. */
function resolveInStyle(request: ImportRequest, side: Side, sources: Sources): Resolution {
  const { specifier, importer } = request;
  if (/^[./]/.test(specifier)) return missingFile(localPath(request) ?? specifier, specifier);
  const name = withoutSuffix(specifier).replace(/^~(?!\/)/, "");
  const aliased = resolveAlias(withoutSuffix(specifier), importer, side, sources);
  const found = aliased ?? sources.packages.resolve(name, importer, side, "style");
  if (found !== null) return { path: found };
  return {
    missing: `Cannot find "${specifier}": there is no such file beside ${importer}, and no package with it in "dependencies".`,
  };
}

function resolveBare(request: ImportRequest, side: Side, sources: Sources): Resolution | null {
  const { importer, kind } = request;
  const specifier = withoutSuffix(request.specifier);
  const aliased = resolveAlias(specifier, importer, side, sources);
  if (aliased !== null) return { path: aliased };
  const form = kind.startsWith("require") ? "require" : "import";
  const found = sources.packages.resolve(specifier, importer, side, form);
  if (found !== null) return { path: found };
  return NODE_MODULE.test(specifier) ? platform(specifier.replace(/^(node:)?/, "node:"), side) : null;
}

/** By the pattern of tsconfig.json with the longest beginning, then by `@/`. A package's own imports have no aliases. */
function resolveAlias(specifier: string, importer: string, side: Side, sources: Sources): string | null {
  if (importer.startsWith("node_modules/")) return null;
  for (const path of aliasedPaths(specifier, sources.paths)) {
    const found = path.startsWith("node_modules/")
      ? sources.packages.resolve(path.slice("node_modules/".length), importer, side, "import")
      : findFile(path, sources);
    if (found !== null && !found.endsWith(".d.ts")) return found;
  }
  return specifier.startsWith("@/") ? findFile(normalize(`src/${specifier.slice(2)}`), sources) : null;
}

function aliasedPaths(specifier: string, paths: Record<string, string[]>): string[] {
  const exact = Object.hasOwn(paths, specifier) ? paths[specifier] : undefined;
  if (exact !== undefined) return exact;
  const matches = Object.entries(paths).flatMap(([pattern, targets]) => {
    const [before = "", after] = pattern.split("*");
    if (after === undefined || !specifier.startsWith(before) || !specifier.endsWith(after)) return [];
    if (specifier.length < before.length + after.length) return [];
    const middle = specifier.slice(before.length, specifier.length - after.length);
    return [{ before, found: targets.map((target) => normalize(target.replace("*", () => middle))) }];
  });
  return matches.sort((one, other) => other.before.length - one.before.length).flatMap(({ found }) => found);
}

function findFile(path: string, { files, packages }: Sources): string | null {
  const exists = (candidate: string) =>
    candidate.startsWith("node_modules/") ? packages.read(candidate) !== null : files.has(candidate);
  return candidates(path).find(exists) ?? null;
}

/** The files an import may mean, the likeliest first; `./x.js` may be written for `x.ts`. */
function candidates(path: string): string[] {
  const bare = withoutSuffix(path);
  const typescript = /\.[mc]?jsx?$/.test(bare)
    ? [".ts", ".tsx", ".mts"].map((x) => bare.replace(/\.[mc]?jsx?$/, x))
    : [];
  const withExtension = EXTENSIONS.flatMap((extension) => [bare + extension]);
  const index = EXTENSIONS.map((extension) => `${bare}/index${extension}`);
  return [path, bare, `public/${bare}`, ...typescript, ...withExtension, ...index];
}

/** `#` begins a suffix only behind a name: at the beginning it is a package's inner import. */
const withoutSuffix = (path: string): string => path.replace(/\?.*$/, "").replace(/(?<=.)#.*$/, "");

function missing(specifier: string): Resolution {
  if (specifier.startsWith("@/")) return missingFile(normalize(`src/${specifier.slice(2)}`), specifier);
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return {
    missing: `Cannot find the package "${name}". Add it to "dependencies" in package.json, or correct the import.`,
  };
}

function missingFile(path: string, specifier: string): Resolution {
  return { missing: `Cannot find "${specifier}": there is no file ${path} in the project.` };
}

function remote(specifier: string, kind: ImportKind, side: Side): Resolution {
  if (side === "client" || kind === "url-token") return { external: specifier };
  return { missing: `The server cannot import "${specifier}": it has no network. Use a package instead.` };
}

function platform(specifier: string, side: Side): Resolution {
  if (side === "server") return { external: specifier };
  return { missing: `"${specifier}" exists only on the server (src/server.ts); a browser does not have it.` };
}
