// Style sheets of packages, read from node_modules as the engine's resolver would find them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageNameOf } from "../../../preview/engine/specifiers.ts";
import { resolvePath } from "../../../preview/tools/paths.ts";
import type { ReadStyle } from "../../../preview/tools/style-graph.ts";

type Exports = string | { style?: string; default?: string } | undefined;

/** Reads relative imports from `files` and others from the packages in `nodeModules`. */
export function readStyleFrom(files: ReadonlyMap<string, string>, nodeModules: string): ReadStyle {
  return async (id, base) => {
    if (/^[./]/.test(id)) {
      const path = resolvePath(base, id);
      const content = files.get(path);
      return content === undefined ? null : { path, content };
    }
    const name = packageNameOf(id);
    const manifestFile = join(nodeModules, name, "package.json");
    if (!existsSync(manifestFile)) return null;
    const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
    const exported: Exports = manifest.exports?.[`.${id.slice(name.length)}`];
    const target = typeof exported === "string" ? exported : exported?.style;
    const wanted = join(nodeModules, name, target ?? (id === name ? manifest.style : id.slice(name.length + 1)));
    const file = existsSync(wanted) ? wanted : `${wanted}.css`;
    return { path: file, content: readFileSync(file, "utf8") };
  };
}
