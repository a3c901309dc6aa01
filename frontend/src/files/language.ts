import type { Extension } from "@codemirror/state";
import { loadChunk } from "../ui/load-chunk.ts";

const script = async (options: { typescript?: boolean; jsx?: boolean }) =>
  (await import("@codemirror/lang-javascript")).javascript(options);
const html = async () => (await import("@codemirror/lang-html")).html();

const languages: Record<string, () => Promise<Extension>> = {
  ts: () => script({ typescript: true }),
  mts: () => script({ typescript: true }),
  tsx: () => script({ typescript: true, jsx: true }),
  js: () => script({}),
  mjs: () => script({}),
  jsx: () => script({ jsx: true }),
  json: async () => (await import("@codemirror/lang-json")).json(),
  css: async () => (await import("@codemirror/lang-css")).css(),
  md: async () => (await import("@codemirror/lang-markdown")).markdown(),
  html,
  svg: html,
};

/** Loads CodeMirror's language for a path's extension; plain text for an unknown extension. */
export const loadLanguage = async (path: string): Promise<Extension> => {
  const load = languages[path.split(".").at(-1)?.toLowerCase() ?? ""];
  return load === undefined ? [] : loadChunk(load);
};
