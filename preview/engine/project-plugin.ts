import type { ImportKind, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild-wasm";
import type { MountedProject } from "./mounted-project.ts";
import { isBrowser, type Side } from "./side.ts";

/** Passed on with a resolution of ours, so that it is not taken for another import of the project's. */
const RESOLVING = { resolving: true };
const isOurs = (data: unknown): boolean => data === RESOLVING;
/** A character of Unicode's normal form D, in which macOS hands out names; a project's paths have form C. It stands there as itself: Go's syntax has no \u. */
const COMBINING = new RegExp(`[${String.fromCodePoint(0x300)}-${String.fromCodePoint(0x36f, 0x3099, 0x309a)}]`);
const STYLE_KINDS: ImportKind[] = ["import-rule", "url-token", "composes-from"];

/**
 * What an import of a project means beyond what esbuild resolves by itself: addresses from the app's root, queries, webpack's
 * `~` in style sheets, other hosts and the platform's own modules. Filters are narrow, since each import that passes one costs a
 * millisecond or more.
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
        if (!isBrowser(side)) return { path, external: true };
        return {
          errors: [{ text: `"${path}" exists only on the server (src/server.ts); a browser does not have it.` }],
        };
      });
      build.onResolve({ filter: /^~[^/]/ }, ({ path, kind, importer, resolveDir, pluginData }) => {
        if (isOurs(pluginData) || !STYLE_KINDS.includes(kind)) return undefined;
        return build.resolve(path.slice(1), { kind, importer, resolveDir, pluginData: RESOLVING });
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

/** An address that begins with a slash is a file of `public/`, which is served as it lies, or one from the app's root. */
async function resolveFromRoot(
  { path, kind, importer, pluginData }: OnResolveArgs,
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
  const found = await build.resolve(`.${path}`, {
    kind,
    importer,
    resolveDir: project.appFolder,
    pluginData: RESOLVING,
  });
  if (found.errors.length === 0) return found;
  // A page may name what its server answers; a module may not.
  if (kind === "url-token") return { path, external: true };
  const lost = `Cannot find "${path}": there is no file ${bare.slice(1)} in the project.`;
  return { errors: [{ text: lost }] };
}

function resolveRemote(path: string, kind: ImportKind, side: Side): OnResolveResult {
  if (isBrowser(side) || kind === "url-token") return { path, external: true };
  return { errors: [{ text: `The server cannot import "${path}": it has no network. Use a package instead.` }] };
}

/** A path, and what follows it from the first `?` or `#` on. */
function splitQuery(path: string): [string?, string?] {
  const cut = /[?#]/.exec(path)?.index ?? path.length;
  return [path.slice(0, cut), path.slice(cut)];
}
