import type { ImportKind, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild-wasm";
import { isByTsconfig } from "./by-tsconfig.ts";
import { STYLE_KINDS } from "./import-kinds.ts";
import type { MountedProject } from "./mounted-project.ts";
import { platformModules } from "./platform-modules.ts";
import { resolveNodeModules } from "./required-node.ts";
import { isBrowser, type Side } from "./side.ts";

/** Marks the plugin's own resolutions, so that it ignores them. */
const RESOLVING = { resolving: true };
const isOurs = (data: unknown): boolean => data === RESOLVING;
/**
 * Matches a character of Unicode's normalization form D, in which macOS returns file names; a project's paths use form
 * C. The pattern contains the characters themselves, since Go's syntax has no \u.
 */
const COMBINING = new RegExp(`[${String.fromCodePoint(0x300)}-${String.fromCodePoint(0x36f, 0x3099, 0x309a)}]`);
/** The namespace of the platform's own modules. */
const PLATFORM = "edgesmith";

/**
 * Resolves a project's imports that esbuild does not resolve: URLs from the app's root, queries, webpack's `~` in style
 * sheets, other hosts and the platform's own modules. Filters are narrow, since each import that matches a filter costs
 * a millisecond or more.
 */
export function projectPlugin(side: Side, project: MountedProject): Plugin {
  return {
    name: "project",
    setup(build) {
      build.onResolve({ filter: /^\/[^/]/ }, (args) => resolveFromRoot(args, build, project));
      build.onResolve({ filter: /^(https?:)?\/\// }, ({ path, kind }) => resolveRemote(path, kind, side));
      build.onResolve({ filter: /^(about|blob|mailto|tel):/ }, ({ path, kind }) =>
        kind === "url-token" ? { path, external: true } : undefined,
      );
      build.onResolve({ filter: /^cloudflare:/ }, ({ path }) => {
        if (!isBrowser(side))
          return platformModules.has(path) ? { path, namespace: PLATFORM } : { path, external: true };
        return {
          errors: [{ text: `"${path}" exists only on the server (src/server.ts); a browser does not have it.` }],
        };
      });
      resolveNodeModules(build, side);
      build.onResolve({ filter: /^edgesmith:/ }, ({ path }) => resolvePlatform(path, side));
      build.onLoad({ filter: /.*/, namespace: PLATFORM }, ({ path }) => ({
        contents: platformModules.get(path) ?? "",
        loader: "js",
      }));
      build.onResolve({ filter: /^~[^/]/ }, ({ path, kind, importer, resolveDir, pluginData }) => {
        if (isOurs(pluginData) || !STYLE_KINDS.includes(kind)) return undefined;
        return build.resolve(path.slice(1), { kind, importer, resolveDir, pluginData: RESOLVING });
      });
      // Style sheet compilers refer to packages under the app's folder, where they are on a disk.
      build.onResolve({ filter: /^\.{1,2}\/(.*\/)?node_modules\// }, ({ path, kind, importer, pluginData }) => {
        if (isOurs(pluginData) || !STYLE_KINDS.includes(kind)) return undefined;
        const inPackages = `./${path.slice(path.lastIndexOf("node_modules/"))}`;
        return build.resolve(inPackages, { kind, importer, resolveDir: project.files.root, pluginData: RESOLVING });
      });
      build.onResolve({ filter: COMBINING }, ({ path, kind, importer, resolveDir, pluginData }) => {
        const composed = path.normalize("NFC");
        if (composed === path) return undefined;
        return build.resolve(composed, { kind, importer, resolveDir, pluginData });
      });
      build.onLoad({ filter: /.*/, namespace: "address" }, ({ path }) => ({
        contents: `export default ${JSON.stringify(path)};`,
        loader: "js",
      }));
    },
  };
}

/** A URL with a leading slash names a file of `public/`, which is served unchanged, or a file under the app's root. */
async function resolveFromRoot(
  { path, kind, importer, resolveDir, pluginData }: OnResolveArgs,
  build: PluginBuild,
  project: MountedProject,
): Promise<OnResolveResult | undefined> {
  if (kind === "entry-point" || isOurs(pluginData) || path.startsWith(`${project.files.root}/`)) return undefined;
  const [bare = path, rest = ""] = splitQuery(path);
  if (project.isPublic(bare)) {
    return kind === "url-token" || kind === "import-rule"
      ? { path: bare + rest, external: true }
      : { path: bare, namespace: "address" };
  }
  const isOfPackage = path.startsWith("/node_modules/");
  const meant = isOfPackage ? path.slice("/node_modules/".length) : `.${path}`;
  for (const folder of isOfPackage ? [project.appFolder] : project.servedFolders) {
    const found = await build.resolve(meant, { kind, importer, resolveDir: folder, pluginData: RESOLVING });
    if (isByTsconfig(found, { path, kind, resolveDir }, project)) return undefined;
    if (found.errors.length === 0) return found;
  }
  // A page may refer to a URL of its server; a module may not.
  if (kind === "url-token") return { path, external: true };
  const lost = `Cannot find "${path}": there is no file ${bare.slice(1)} in the project.`;
  return { errors: [{ text: lost }] };
}

/** Resolves the platform's own modules, which exist only on the server and under their exact names. */
function resolvePlatform(path: string, side: Side): OnResolveResult {
  if (isBrowser(side)) {
    return { errors: [{ text: `"${path}" exists only on the server (src/server.ts); a browser does not have it.` }] };
  }
  if (platformModules.has(path)) return { path, namespace: PLATFORM };
  const known = [...platformModules.keys()].filter((name) => name.startsWith("edgesmith:")).join(", ");
  return { errors: [{ text: `Cannot find "${path}": the platform's modules are ${known}.` }] };
}

function resolveRemote(path: string, kind: ImportKind, side: Side): OnResolveResult {
  if (isBrowser(side) || kind === "url-token") return { path, external: true };
  return { errors: [{ text: `A server cannot import from a URL ("${path}"). Use a package instead.` }] };
}

/** Splits a path at the first `?` or `#`. */
function splitQuery(path: string): [string?, string?] {
  const cut = /[?#]/.exec(path)?.index ?? path.length;
  return [path.slice(0, cut), path.slice(cut)];
}
