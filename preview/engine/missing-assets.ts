import type { Loader, Message, Plugin } from "esbuild-wasm";
import { moduleKindOf } from "../project/module-kinds.ts";
import { normalize } from "../project/paths.ts";
import { projectPath, quotedAt, unresolvedIn } from "./messages.ts";
import type { MountedProject } from "./mounted-project.ts";

const PACKAGES = "node_modules/";

/**
 * The app's loaders, whose `file` entries are its additional kinds of assets, and whether it is a site without
 * packages.
 */
type Kinds = { loaders?: Record<string, Loader> | undefined; isSite: boolean };

/**
 * Collects from a build's errors the missing images, sounds and similar files that the project's own modules and style
 * sheets import; for a site without packages also missing style sheets, which a browser ignores.
 * @returns resolved path by specifier: absolute for an alias
 */
export function missingAssetsIn(errors: Message[], { loaders = {}, isSite }: Kinds): Map<string, string> {
  return new Map(
    errors.flatMap((error) => {
      const meant = unresolvedIn(error);
      if (meant === null || error.location?.file.startsWith(PACKAGES)) return [];
      const written = quotedAt(error) ?? meant;
      const path = withoutQuery(written);
      const isOwn = Object.entries(loaders).some(
        ([extension, loader]) => loader === "file" && path.endsWith(extension),
      );
      return isOwn || (isSite && isImportRule(error)) || "asset" in moduleKindOf(path)
        ? [[written, meant] as const]
        : [];
    }),
  );
}

/**
 * Lets a build succeed without missing images, sounds and similar files, since an import of a repository omits large
 * files, and repositories may store them elsewhere. Adds a warning for each file.
 */
export function missingAssets(assets: ReadonlyMap<string, string>, project: MountedProject): Plugin {
  const { root } = project.files;
  return {
    name: "missing-assets",
    setup(build) {
      const filter = new RegExp(`^(${[...assets.keys()].map(escaped).join("|")})$`);
      build.onResolve({ filter }, ({ path, importer, kind, resolveDir }) => {
        if (importer.startsWith(`${root}/${PACKAGES}`)) return undefined;
        // Vite leaves such a URL unchanged. Its style sheets are in /assets/, from where the URL may name a file of
        // public/.
        const address = fromAssets(path);
        if (kind === "url-token" && address !== null && project.isPublic(address)) {
          return { path: address + (/[?#].*$/.exec(path)?.[0] ?? ""), external: true };
        }
        const meant = assets.get(path) ?? path;
        const at = projectPath(absolute(meant, resolveDir), project.projectFolder);
        const file = normalize(withoutQuery(at));
        const lost = `Cannot find "${path}": there is no file ${file} in the project.`;
        if (kind === "import-rule") {
          return { path: file, namespace: "missing-sheet", warnings: [{ text: `${lost} Its rules are left out.` }] };
        }
        const text = `${lost} It will not show.`;
        // A browser does not resolve aliases, and resolves a relative URL against the folder of its page.
        const own = meant.startsWith("/") ? `/${file}` : path;
        if (kind === "url-token") return { path: own, external: true, warnings: [{ text }] };
        return { path: `/${file}`, namespace: "missing-asset", warnings: [{ text }] };
      });
      build.onLoad({ filter: /.*/, namespace: "missing-sheet" }, () => ({ contents: "", loader: "css" }));
      build.onLoad({ filter: /.*/, namespace: "missing-asset" }, ({ path }) => ({
        contents: `export default ${JSON.stringify(path)};`,
        loader: "js",
      }));
    },
  };
}

/** Resolves a relative URL against Vite's folder of style sheets; returns null for other URLs. */
const fromAssets = (path: string): string | null =>
  path.startsWith(".") ? `/${normalize(`assets/${withoutQuery(path)}`)}` : null;

const isImportRule = ({ location }: Message): boolean =>
  location?.file.endsWith(".css") === true && /@import\b/i.test(location.lineText);

const withoutQuery = (path: string): string => path.replace(/[?#].*$/, "");

const absolute = (path: string, folder: string): string => (path.startsWith("/") ? path : `${folder}/${path}`);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
