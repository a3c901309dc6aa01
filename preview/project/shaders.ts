import { asObject, asString, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";

const SHADER = /\.(glsl|wgsl|vert|frag|vs|fs)$/;
/** three.js replaces its own `#include <chunk>` at run time. */
const INCLUDE = /^[ \t]*#include\s+["']?([^\s<>"';]+)["']?;?[ \t]*(?:\/\/.*)?$/gm;
const EXTENSION = /\.[^./]+$/;

/**
 * Puts the files that shaders include into them, as vite-plugin-glsl does with its options `defaultExtension` and `root`; missing ones and
 * cycles stay as they are.
 */
export function includedShaders(files: SourceFiles, plugins: readonly Plugin[] = []): Map<string, string> {
  const options = asObject(plugins.find(({ name }) => name === "vite-plugin-glsl")?.options as Data) ?? {};
  const extension = asString(options.defaultExtension) ?? "glsl";
  const root = asString(options.root) ?? "/";
  const targetOf = (path: string, name: string): string => {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const target = normalize(name.startsWith("/") ? root + name : folder + name);
    return EXTENSION.test(target) ? target : `${target}.${extension}`;
  };
  const expand = (path: string, code: string, open: string[]): string =>
    code.replace(INCLUDE, (whole, name: string) => {
      const target = targetOf(path, name);
      const content = files.get(target);
      return typeof content !== "string" || open.includes(target) ? whole : expand(target, content, [...open, target]);
    });
  return new Map(
    [...files].flatMap(([path, content]): [string, string][] => {
      if (typeof content !== "string" || !SHADER.test(path)) return [];
      const expanded = expand(path, content, [path]);
      return expanded === content ? [] : [[path, expanded]];
    }),
  );
}
