import type { ImportKind } from "esbuild";
import type { SourceFiles } from "./source-files.ts";

/** Where a bundle runs: it decides which packages' exports apply and which imports stay imports. */
export type Side = "client" | "server";

/** What stands behind an import: a module to read, an import to leave as it is, or nothing, with the reason. */
export type Resolution = { path: string } | { external: string } | { missing: string };

/** What a resolver needs of the installed packages. */
export type PackageFiles = {
  /** A file below `node_modules/`, or null. */
  read(path: string): Uint8Array | null;
  /** The file a bare specifier means to the module `importer`, or null. `required`: by `require`, not by `import`. */
  resolve(specifier: string, importer: string, side: Side, required: boolean): string | null;
};

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".css"];
const NODE_MODULE =
  /^(node:.+|assert|async_hooks|buffer|crypto|diagnostics_channel|dns|events|fs|http|https|module|net|os|path|perf_hooks|process|querystring|stream|string_decoder|timers|tls|tty|url|util|vm|worker_threads|zlib)(\/|$)/;

/**
 * Resolves one import of a generated app: relative, absolute from the project's root, `@/` for `src/`, a package, or
 * something the platform provides.
 * @param importer path of the importing module, such as `src/main.tsx`
 */
export function resolveImport(
  specifier: string,
  importer: string,
  kind: ImportKind,
  side: Side,
  files: SourceFiles,
  packages: PackageFiles,
): Resolution {
  if (/^(https?:|data:)|^\/\//.test(specifier)) return remote(specifier, kind, side);
  if (specifier.startsWith("cloudflare:")) return platform(specifier, side);
  const path = localPath(specifier, importer, kind);
  if (path !== null) return local(path, specifier, files, packages);
  const found = packages.resolve(specifier, importer, side, kind.startsWith("require"));
  if (found !== null) return { path: found };
  if (NODE_MODULE.test(specifier)) return platform(specifier.replace(/^(node:)?/, "node:"), side);
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return {
    missing: `Cannot find the package "${name}". Add it to "dependencies" in package.json, or correct the import.`,
  };
}

/** `a/b/../c` without its dots; a path that would leave the project stays at its root. */
export function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}

function localPath(specifier: string, importer: string, kind: ImportKind): string | null {
  const folder = importer.slice(0, importer.lastIndexOf("/") + 1);
  if (specifier.startsWith("/")) return normalize(specifier);
  if (specifier.startsWith("@/")) return normalize(`src/${specifier.slice(2)}`);
  const relative =
    specifier.startsWith(".") || kind === "url-token" || kind === "import-rule" || kind === "entry-point";
  return relative ? normalize(kind === "entry-point" ? specifier : folder + specifier) : null;
}

function local(path: string, specifier: string, files: SourceFiles, packages: PackageFiles): Resolution {
  const exists = (candidate: string) =>
    candidate.startsWith("node_modules/") ? packages.read(candidate) !== null : files.has(candidate);
  const found = candidates(path).find(exists);
  if (found !== undefined) return { path: found };
  return { missing: `Cannot find "${specifier}": there is no file ${path} in the project.` };
}

/** The files an import may mean, the likeliest first; `./x.js` may be written for `x.ts`. */
function candidates(path: string): string[] {
  const bare = path.split("?", 1)[0] ?? path;
  const typescript = /\.[mc]?jsx?$/.test(bare)
    ? [".ts", ".tsx", ".mts"].map((x) => bare.replace(/\.[mc]?jsx?$/, x))
    : [];
  const withExtension = EXTENSIONS.flatMap((extension) => [bare + extension]);
  const index = EXTENSIONS.map((extension) => `${bare}/index${extension}`);
  return [bare, `public/${bare}`, ...typescript, ...withExtension, ...index];
}

function remote(specifier: string, kind: ImportKind, side: Side): Resolution {
  if (side === "client" || kind === "url-token") return { external: specifier };
  return { missing: `The server cannot import "${specifier}": it has no network. Use a package instead.` };
}

function platform(specifier: string, side: Side): Resolution {
  if (side === "server") return { external: specifier };
  return { missing: `"${specifier}" exists only on the server (src/server.ts); a browser does not have it.` };
}
