import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";

const SHADER = /\.(glsl|wgsl|vert|frag|vs|fs)$/;
/** three.js replaces its own `#include <chunk>` at run time. */
const INCLUDE = /^[ \t]*#include\s+["']?([^\s<>"';]+)["']?;?[ \t]*$/gm;

/** Puts the files that shaders include into them, as vite-plugin-glsl does; missing ones and cycles stay as they are. */
export function includedShaders(files: SourceFiles): Map<string, string> {
  const expand = (path: string, code: string, open: string[]): string =>
    code.replace(INCLUDE, (whole, name: string) => {
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const target = normalize(name.startsWith("/") ? name.slice(1) : folder + name);
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
