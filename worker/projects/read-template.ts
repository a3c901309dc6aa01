import type { Operation } from "../contract/index.ts";

const file = /\n## ([^\n]+)\n\n```\w*\n([\s\S]*?\n)```(?=\n|$)/g;

/** Parses a template's Markdown file: each heading is a path, and the code block below it is the file. */
export const readTemplate = (text: string): Operation[] =>
  [...text.matchAll(file)].map(([, path, content]) => ({ op: "create", path: path ?? "", content: content ?? "" }));
