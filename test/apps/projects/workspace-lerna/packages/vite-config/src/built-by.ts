import type { Plugin } from "vite";

/** A module that no file has. */
export const builtBy = (name: string): Plugin => ({
  name: "built-by",
  resolveId: (id) => (id === "virtual:built-by" ? `\0${id}` : null),
  load: (id) => (id === "\0virtual:built-by" ? `export const builtBy = ${JSON.stringify(name)};` : null),
});
