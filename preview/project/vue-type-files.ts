import { packageNameOf } from "../engine/specifiers.ts";
import type { TypeFiles } from "../tools/vue-types.ts";
import { applyAlias, join, relative, workspaceModule } from "../vite/index.ts";
import { withAround } from "./around-app.ts";
import type { PrecompileInput } from "./precompilation.ts";
import { atProject, fromProject } from "./style-sheets.ts";

/** Conditions of `exports` for the types of packages in the same repository. */
const CONDITIONS = ["types", "import", "module", "default"];

const isOfPackage = (path: string): boolean => path.startsWith("node_modules/");

/**
 * Returns a file's path in the isolate of Vue's compiler, where the app's folder is at its depth in the project, so that relative imports
 * lead out of it and into it as they do on a disk. Packages are beside the project's other folders.
 */
export const atDepth = (path: string, root: string): string => atProject(isOfPackage(path) ? path : join(root, path));

/** Returns the path from the app's folder of a file at its depth. */
export function fromDepth(path: string, root: string): string {
  const inProject = fromProject(path);
  return isOfPackage(inProject) ? inProject : relative(root, inProject).replace(/^\.\//, "");
}

/** Returns how Vue's compiler reads the types of a project and the declarations of its packages. */
export function vueTypeFiles({ files, root, around, installation, settings }: PrecompileInput): TypeFiles {
  const decoder = new TextDecoder();
  const all = withAround({ files, root, around });
  return {
    readFile: async (path) => {
      const own = fromDepth(path, root);
      const content = all.get(own);
      if (content !== undefined) return typeof content === "string" ? content : null;
      const name = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(own)?.[1];
      const found = name === undefined ? null : (await installation.stylesOf(name)).read(own);
      return found === null ? null : decoder.decode(found);
    },
    resolve: async (specifier, base) => {
      const aliased = applyAlias(specifier, settings.aliases) ?? specifier;
      if (aliased.startsWith("/")) return atDepth(aliased.slice(1), root);
      const ofWorkspace = workspaceModule(aliased, all, CONDITIONS, "types");
      if (ofWorkspace !== null) return atDepth(ofWorkspace, root);
      const packages = await installation.stylesOf(packageNameOf(aliased));
      const found = packages.resolveTypes(aliased, `${fromDepth(base, root)}/types.ts`);
      return found === null ? null : atDepth(found, root);
    },
  };
}
