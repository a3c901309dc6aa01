import { folderOf } from "./paths.ts";
import { rewriteUrls } from "./rewrite-urls.ts";

/** Resolves the import `id` from a folder to a style sheet with its absolute path; null when it does not exist. */
export type ReadStyle = (id: string, base: string) => Promise<{ path: string; content: string } | null>;

/** All that a set of style sheets imports, so that a compiler in an isolate needs to ask for nothing. */
export type StyleGraph = {
  /** Resolved imports, by the folder of the root sheet and `graphKey(base, id)`. */
  styles: Record<string, Record<string, { path: string; base: string; content: string }>>;
  /** Distinct names in `@plugin` and `@config`. */
  modules: { id: string; base: string }[];
};

const STATEMENT = /@(import|reference|plugin|config)\s+(["'])(.*?)\2/g;
/** Imports that the browser loads. */
const EXTERNAL = /^(https?:|data:|\/\/)/;

/** Returns one key for the name of a module and the folder of the sheet that imports it. */
export function graphKey(base: string, id: string): string {
  return `${base}\n${id}`;
}

/** Reads the transitive imports and references of style sheets. It omits those that `readStyle` does not find. */
export async function readStyleGraph(
  sheets: { path: string; css: string }[],
  readStyle: ReadStyle,
): Promise<StyleGraph> {
  const graph: StyleGraph = { styles: {}, modules: [] };
  const seen = new Set<string>();
  async function visit(css: string, base: string, root: string): Promise<void> {
    for (const [, kind = "", , id = ""] of withoutComments(css).matchAll(STATEMENT)) {
      const key = graphKey(base, id);
      if (EXTERNAL.test(id) || seen.has(graphKey(root, key))) continue;
      seen.add(graphKey(root, key));
      if (kind === "plugin" || kind === "config") {
        if (!graph.modules.some((known) => known.id === id && known.base === base)) graph.modules.push({ id, base });
        continue;
      }
      const found = await readStyle(id, base);
      if (found === null) continue;
      const folder = folderOf(found.path);
      const style = { path: found.path, base: folder, content: rewriteUrls(found.content, folder, root) };
      graph.styles[root] = { ...graph.styles[root], [key]: style };
      await visit(found.content, folder, root);
    }
  }
  for (const { path, css } of sheets) await visit(css, folderOf(path), folderOf(path));
  return graph;
}

/** Replaces comments by spaces, which keeps every offset; `/*` inside a string, such as a glob, starts none. */
function withoutComments(css: string): string {
  return css.replace(/"[^"\n]*"|'[^'\n]*'|\/\*[\s\S]*?(?:\*\/|$)/g, (found) => {
    return found.startsWith("/*") ? found.replace(/[^\n]/g, " ") : found;
  });
}
