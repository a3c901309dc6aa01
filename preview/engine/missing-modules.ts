import type { Message, Plugin } from "esbuild-wasm";
import { unresolvedIn } from "./messages.ts";
import type { MountedFiles } from "./mounted-files.ts";
import { isBrowser, type Side } from "./side.ts";
import { NODE_MODULE, packageNameOf } from "./specifiers.ts";

const PACKAGES = "node_modules/";

/** What packages import that is not there, from the errors of a build. */
export function missingInPackages(errors: Message[]): Set<string> {
  const inPackages = errors.filter(({ location }) => location?.file.startsWith(PACKAGES));
  return new Set(inPackages.flatMap((error) => unresolvedIn(error) ?? []));
}

/**
 * Lets a build go on without modules that packages import and that are not there, as Vite does: what Node has built in is empty
 * in a browser, and what a package may do without throws when it is run. What a package cannot do without stays an error.
 */
export function missingModules(specifiers: ReadonlySet<string>, side: Side, files: MountedFiles): Plugin {
  return {
    name: "missing-modules",
    setup(build) {
      const filter = new RegExp(`^(${[...specifiers].map(escaped).join("|")})$`);
      build.onResolve({ filter }, async ({ path, importer, kind }) => {
        if (!importer.startsWith(`${files.root}/${PACKAGES}`)) return undefined;
        if (NODE_MODULE.test(path)) {
          const named = path.replace(/^(node:)?/, "node:");
          if (!isBrowser(side)) return { path: named, external: true };
          return { path, namespace: "empty-module" };
        }
        const isLate = kind === "dynamic-import" || kind === "require-call" || kind === "require-resolve";
        if (isLate || (await isOptionalTo(importer, path, files))) return { path, namespace: "missing-module" };
        return undefined;
      });
      build.onLoad({ filter: /.*/, namespace: "empty-module" }, () => ({
        contents: "module.exports = {};",
        loader: "js",
      }));
      build.onLoad({ filter: /.*/, namespace: "missing-module" }, ({ path }) => ({
        contents: `throw Object.assign(new Error(${JSON.stringify(`Cannot find module '${path}'`)}), { code: "MODULE_NOT_FOUND" });\nmodule.exports = {};`,
        loader: "js",
      }));
    },
  };
}

/** Whether the package that a module belongs to says of another that it may be missing. */
async function isOptionalTo(importer: string, specifier: string, files: MountedFiles): Promise<boolean> {
  const folder = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(importer)?.[1];
  const manifest = folder === undefined ? null : await files.readText(`${folder}/package.json`);
  if (manifest === null) return false;
  const { peerDependenciesMeta = {}, optionalDependencies = {} } = JSON.parse(manifest) as {
    peerDependenciesMeta?: Record<string, { optional?: boolean }>;
    optionalDependencies?: Record<string, string>;
  };
  const name = packageNameOf(specifier);
  return peerDependenciesMeta[name]?.optional === true || Object.hasOwn(optionalDependencies, name);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
