import type { Plugin } from "vite";

/** Texts as modules with their title and their lines. */
export function chapters(): Plugin {
  let root = "";
  return {
    name: "chapters",
    enforce: "pre",
    configResolved(config) {
      root = config.root;
    },
    transform(code, id) {
      if (!id.endsWith(".chapter")) return;
      const [title, ...lines] = code.trim().split("\n");
      const path = id.slice(root.length);
      return `export const title = ${JSON.stringify(title)};\nexport const path = ${JSON.stringify(path)};\nexport default ${JSON.stringify(lines)};`;
    },
  };
}
