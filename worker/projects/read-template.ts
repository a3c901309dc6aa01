import type { Operation } from "../contract/index.ts";

const file = /\n## ([^\n]+)\n\n```\w*\n([\s\S]*?\n)```(?=\n|$)/g;

/** Parses a template's Markdown file: each heading is a path, and the code block below it is the file. */
export const readTemplate = (text: string): Operation[] =>
  [...text.matchAll(file)].map(([, path, content]) => ({ op: "create", path: path ?? "", content: content ?? "" }));

/**
 * Returns the files of a template on top of a base: its own files, and the base's files that it does not replace, with
 * its title on the page.
 */
export function readLayered(base: string, { title, text }: { title: string; text: string }): Operation[] {
  const own = readTemplate(text);
  const isOwn = ({ path }: { path: string }) => own.some((one) => one.path === path);
  const titled = base.replace("<title>New app</title>", () => `<title>${title}</title>`);
  return [...readTemplate(titled).filter((one) => !isOwn(one)), ...own];
}
