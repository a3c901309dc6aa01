import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";

/** The script whose imports are the ones to resolve. */
const QUESTION = ".edgesmith-imports.js";
const RESOLVING = { resolving: "imports" };

/** An import in a module of a project, by that module's path. */
export type NamedImport = { specifier: string; importer: string };

/**
 * Finds the files of imports by a bundle of nothing else, since only the bundler knows all aliases, tsconfig paths and exports of
 * packages.
 * @param bundleWith bundles a script with a plugin before those of the project
 * @returns for each import the path in the project or, of a file elsewhere, the absolute one; null for one that is not found
 */
export async function resolveImports(
  imports: readonly NamedImport[],
  project: MountedProject,
  bundleWith: (entry: string, plugin: Plugin) => Promise<unknown>,
): Promise<(string | null)[]> {
  const found: (string | null)[] = imports.map(() => null);
  const entry = project.at(QUESTION);
  project.files.put(entry, imports.map((_, index) => `import "${index}";\n`).join(""));
  await bundleWith(entry, {
    name: "imports",
    setup(build) {
      build.onResolve({ filter: /^\d+$/ }, async ({ path, importer, kind }) => {
        const asked = imports[Number(path)];
        if (importer !== entry || asked === undefined) return undefined;
        const from = project.at(asked.importer);
        const { errors, path: target } = await build.resolve(asked.specifier, {
          kind,
          importer: from,
          resolveDir: from.slice(0, from.lastIndexOf("/")),
          pluginData: RESOLVING,
        });
        // The next attempt of the bundle finds a file of which only the extension is missing.
        if (errors.length > 0) return { errors };
        found[Number(path)] = fromProject(target, project);
        return { path, external: true };
      });
    },
  });
  return found;
}

const fromProject = (path: string, project: MountedProject): string =>
  path.startsWith(project.at("")) ? path.slice(project.at("").length) : path;
