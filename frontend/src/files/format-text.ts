import type { Plugin } from "prettier";
import { format } from "prettier/standalone";
import type { FormatOptions } from "./format-options.ts";

// Each plugin is loaded when a file needs it. Pages embed the other languages, so they need several.
const script = async (): Promise<Plugin[]> => [
  await import("prettier/plugins/babel"),
  await import("prettier/plugins/estree"),
];
const style = async (): Promise<Plugin[]> => [await import("prettier/plugins/postcss")];
const typescript = async (): Promise<Plugin[]> => [
  await import("prettier/plugins/typescript"),
  await import("prettier/plugins/estree"),
];
const page = async (): Promise<Plugin[]> => [
  await import("prettier/plugins/html"),
  ...(await script()),
  ...(await typescript()),
  ...(await style()),
];
const markdown = async (): Promise<Plugin[]> => [await import("prettier/plugins/markdown")];

const plugins: Record<string, () => Promise<Plugin[]>> = {
  typescript,
  babel: script,
  json: script,
  css: style,
  scss: style,
  html: page,
  vue: page,
  markdown,
};

/**
 * Formats a text with Prettier.
 * @throws Error when the text has a syntax error
 */
export async function formatText(text: string, parser: string, options: FormatOptions): Promise<string> {
  const load = plugins[parser];
  if (load === undefined) return text;
  // Keeps a file's line ends unless the project configures others.
  return format(text, { endOfLine: "auto", ...options, parser, plugins: await load() });
}
