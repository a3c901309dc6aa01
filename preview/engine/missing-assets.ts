import type { Loader, Message, Plugin } from "esbuild-wasm";
import { moduleKindOf } from "../project/module-kinds.ts";
import { normalize } from "../project/paths.ts";
import { projectPath, quotedAt, unresolvedIn } from "./messages.ts";
import type { MountedProject } from "./mounted-project.ts";

const PACKAGES = "node_modules/";

/**
 * The images, sounds and the like that a project's own modules and style sheets name and that are not there, from the errors of a build.
 * @param loaders those of the project, whose `file` is for its own kinds of assets
 * @returns what they mean by what is written: an absolute path where it is an alias
 */
export function missingAssetsIn(errors: Message[], loaders: Record<string, Loader> = {}): Map<string, string> {
  return new Map(
    errors.flatMap((error) => {
      const meant = unresolvedIn(error);
      if (meant === null || error.location?.file.startsWith(PACKAGES)) return [];
      const written = quotedAt(error) ?? meant;
      const path = written.replace(/[?#].*$/, "");
      const isOwn = Object.entries(loaders).some(
        ([extension, loader]) => loader === "file" && path.endsWith(extension),
      );
      return isOwn || "asset" in moduleKindOf(path) ? [[written, meant] as const] : [];
    }),
  );
}

/**
 * Lets a build go on without images, sounds and the like: an import leaves out files that are too large, and a repository may have them
 * elsewhere. The page shows everything else, and a warning says what it lacks.
 */
export function missingAssets(assets: ReadonlyMap<string, string>, project: MountedProject): Plugin {
  const { root } = project.files;
  return {
    name: "missing-assets",
    setup(build) {
      const filter = new RegExp(`^(${[...assets.keys()].map(escaped).join("|")})$`);
      build.onResolve({ filter }, ({ path, importer, kind, resolveDir }) => {
        if (importer.startsWith(`${root}/${PACKAGES}`)) return undefined;
        const meant = assets.get(path) ?? path;
        const at = projectPath(meant.startsWith("/") ? meant : `${resolveDir}/${meant}`, project.projectFolder);
        const text = `Cannot find "${path}": there is no file ${normalize(at.replace(/[?#].*$/, ""))} in the project. Its place stays empty.`;
        if (kind === "url-token") return { path, external: true, warnings: [{ text }] };
        return { path, namespace: "missing-asset", warnings: [{ text }] };
      });
      build.onLoad({ filter: /.*/, namespace: "missing-asset" }, ({ path }) => ({
        contents: `export default ${JSON.stringify(path)};`,
        loader: "js",
      }));
    },
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
