import type { Message, Plugin } from "esbuild-wasm";
import { unresolvedIn } from "./messages.ts";
import type { MountedFiles } from "./mounted-files.ts";
import { nodeModule } from "./required-node.ts";
import { isBrowser, type Side } from "./side.ts";
import { NODE_MODULE, packageNameOf } from "./specifiers.ts";

const PACKAGES = "node_modules/";

/**
 * Collects from a build's errors the missing modules that a build does not need: those that packages import, and Node's
 * built-in modules by their bare names (`crypto`) in an app's own server, as wrangler accepts them with
 * `nodejs_compat`.
 */
export function missingIn(errors: Message[], side: Side): Set<string> {
  const found = errors.flatMap((error) => {
    const specifier = unresolvedIn(error);
    if (specifier === null) return [];
    const isInPackage = error.location?.file.startsWith(PACKAGES) === true;
    return isInPackage || (!isBrowser(side) && NODE_MODULE.test(specifier)) ? [specifier] : [];
  });
  return new Set(found);
}

/**
 * Lets a build succeed without missing modules of packages, as Vite does: in a browser, Node's built-in modules are
 * empty, and an optional dependency throws at run time. A missing required dependency stays an error.
 */
export function missingModules(specifiers: ReadonlySet<string>, side: Side, files: MountedFiles): Plugin {
  return {
    name: "missing-modules",
    setup(build) {
      const filter = new RegExp(`^(${[...specifiers].map(escaped).join("|")})$`);
      build.onResolve({ filter }, async ({ path, importer, kind }) => {
        const isNode = NODE_MODULE.test(path);
        if (isNode && !isBrowser(side)) return nodeModule(path, kind, side);
        if (!importer.startsWith(`${files.root}/${PACKAGES}`)) return undefined;
        if (isNode) return { path, namespace: "empty-module" };
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

/** Whether a module's package declares a dependency as optional. */
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
