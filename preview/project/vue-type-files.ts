import { packageNameOf } from "../engine/specifiers.ts";
import type { TypeFiles } from "../tools/vue-types.ts";
import { applyAlias } from "../vite/index.ts";
import type { PrecompileInput } from "./precompilation.ts";
import { atProject, fromProject } from "./style-sheets.ts";

/** Returns how Vue's compiler reads the types of a project and the declarations of its packages. */
export function vueTypeFiles({ files, installation, settings }: PrecompileInput): TypeFiles {
  const decoder = new TextDecoder();
  return {
    readFile: async (path) => {
      const own = fromProject(path);
      const content = files.get(own);
      if (content !== undefined) return typeof content === "string" ? content : null;
      const name = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(own)?.[1];
      const found = name === undefined ? null : (await installation.stylesOf(name)).read(own);
      return found === null ? null : decoder.decode(found);
    },
    resolve: async (specifier, base) => {
      const aliased = applyAlias(specifier, settings.aliases) ?? specifier;
      if (aliased.startsWith("/")) return atProject(aliased.slice(1));
      const packages = await installation.stylesOf(packageNameOf(aliased));
      const found = packages.resolveTypes(aliased, `${fromProject(base)}/types.ts`);
      return found === null ? null : atProject(found);
    },
  };
}
