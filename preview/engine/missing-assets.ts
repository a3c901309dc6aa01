import type { Message, Plugin } from "esbuild-wasm";
import { moduleKindOf } from "../project/module-kinds.ts";
import { quotedAt, unresolvedIn } from "./messages.ts";
import type { MountedFiles } from "./mounted-files.ts";

const PACKAGES = "node_modules/";

/** The images, sounds and the like that a project's own modules and style sheets name and that are not there, from the errors of a build. */
export function missingAssetsIn(errors: Message[]): Set<string> {
  return new Set(
    errors.flatMap((error) => {
      if (unresolvedIn(error) === null || error.location?.file.startsWith(PACKAGES)) return [];
      const named = quotedAt(error) ?? unresolvedIn(error) ?? "";
      return "asset" in moduleKindOf(named.replace(/[?#].*$/, "")) ? [named] : [];
    }),
  );
}

/**
 * Lets a build go on without images, sounds and the like: an import leaves out files that are too large, and a repository may have them
 * elsewhere. The page shows everything else, and a warning says what it lacks.
 */
export function missingAssets(specifiers: ReadonlySet<string>, { root }: MountedFiles): Plugin {
  return {
    name: "missing-assets",
    setup(build) {
      const filter = new RegExp(`^(${[...specifiers].map(escaped).join("|")})$`);
      build.onResolve({ filter }, ({ path, importer, kind }) => {
        if (importer.startsWith(`${root}/${PACKAGES}`)) return undefined;
        const text = `There is no file for "${path}" in the project, so its place stays empty. It may have been too large to be imported: add a smaller one.`;
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
