import { YAMLParseError } from "yaml";
import { writeMarkdown } from "../tools/markdown.ts";
import { asObject, asString, asStrings, type Data, isPlain } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import { parseYaml } from "./yaml.ts";

const PLUGIN = /^(unplugin-vue-markdown|vite-plugin-vue-markdown|vite-plugin-md)(\/vite)?$/;
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/;
/** The blocks of a component that a text has beside its template. */
const BLOCK = /<(script|style|route)\b([^>]*)>([\s\S]*?)<\/\1>/g;
const MARKDOWN = /\.md$/;

/** Whether the project's plugins make components of Markdown. */
export const hasVueMarkdown = (plugins: readonly Plugin[]): boolean => plugins.some(({ name }) => PLUGIN.test(name));

/**
 * Writes Markdown files as single-file components of Vue, as unplugin-vue-markdown does; its plugins of markdown-it are
 * functions, which are not called.
 * @returns the components by the paths of the files; none without the plugin
 */
export async function vueMarkdown(
  plugins: readonly Plugin[],
  { files, runner, versionOf }: Pick<StyleCompiling, "files" | "runner" | "versionOf">,
): Promise<SourceFiles> {
  const plugin = plugins.find(({ name }) => PLUGIN.test(name));
  const sources = [...files].filter(([path, content]) => MARKDOWN.test(path) && typeof content === "string");
  if (plugin === undefined || sources.length === 0) return new Map();
  const options = asObject(plugin.options as Data) ?? {};
  const texts = sources.map(([, content]) => partsOf(String(content)));
  const known = Object.entries(asObject(options.markdownItOptions) ?? {}).filter(([, value]) => isPlain(value));
  const written = await writeMarkdown(runner, {
    texts: texts.map(({ text }) => text),
    options: { html: true, linkify: true, typographer: true, ...Object.fromEntries(known) },
    versionOf,
  });
  const head = options.headEnabled === undefined || options.headEnabled === false ? null : headOf(versionOf);
  return new Map(
    sources.map(([path], index) => [
      path,
      componentOf(written[index] ?? "", texts[index] ?? NOTHING, { options, head }),
    ]),
  );
}

type Parts = { text: string; data: Record<string, unknown>; blocks: string[]; setup: string; setupAttributes: string };
const NOTHING: Parts = { text: "", data: {}, blocks: [], setup: "", setupAttributes: "" };

function partsOf(content: string): Parts {
  const [matter = "", yaml = ""] = FRONT_MATTER.exec(content) ?? [];
  const parts: Parts = { ...NOTHING, blocks: [], data: dataOf(yaml) };
  const inCode = codeRanges(content);
  parts.text = content
    .slice(matter.length)
    .replace(BLOCK, (block, tag: string, attributes: string, inner: string, at: number) => {
      const offset = at + matter.length;
      if (inCode.some(([from, to]) => offset >= from && offset < to)) return block;
      if (tag === "script" && /\bsetup\b/.test(attributes))
        Object.assign(parts, { setup: inner, setupAttributes: attributes });
      else parts.blocks.push(block);
      return "";
    });
  return parts;
}

/** Where a text has fenced code, whose tags are no blocks of the component. */
const codeRanges = (content: string): [number, number][] =>
  [...content.matchAll(/^(```+|~~~+)[^\n]*\n[\s\S]*?^\1/gm)].map(({ index, 0: code }) => [index, index + code.length]);

/** Front matter that is no YAML is left out, as a text without it. */
function dataOf(yaml: string): Record<string, unknown> {
  try {
    const data: unknown = parseYaml(yaml);
    return typeof data === "object" && data !== null ? { ...data } : {};
  } catch (failure) {
    if (failure instanceof YAMLParseError) return {};
    throw failure;
  }
}

/** The package that sets a page's title and its metadata; null without either. */
const headOf = (versionOf: StyleCompiling["versionOf"]): string | null =>
  ["@unhead/vue", "@vueuse/head"].find((name) => versionOf(name) !== null) ?? null;

type Making = { options: Record<string, Data>; head: string | null };

function componentOf(html: string, { data, blocks, setup, setupAttributes }: Parts, { options, head }: Making): string {
  const classes = asString(options.wrapperClasses) ?? (asStrings(options.wrapperClasses).join(" ") || "markdown-body");
  // Double braces in code are no expression.
  const body = html.replace(/<(code|pre)\b(?![^>]*\sv-pre)/g, "<$1 v-pre");
  const outer = asString(options.wrapperComponent);
  const inner = `<div class="${classes}">${body}</div>`;
  const template = outer === null ? inner : `<${outer} :frontmatter="frontmatter">${inner}</${outer}>`;
  const attributes = /\bsetup\b/.test(setupAttributes) ? setupAttributes : " setup";
  const lines = [
    `const frontmatter = ${JSON.stringify(data)};`,
    "defineExpose({ frontmatter });",
    ...(head === null
      ? []
      : [
          `import { useHead as __useHead } from ${JSON.stringify(head)};`,
          `__useHead(${JSON.stringify(headIn(data))});`,
        ]),
    setup,
  ];
  return `<template>${template}</template>\n<script${attributes}>\n${lines.join("\n")}\n</script>\n${blocks.join("\n")}\n`;
}

/** The title and the description of front matter, as metadata of a page. */
function headIn({ title, description, meta }: Record<string, unknown>): object {
  const listed: unknown[] = Array.isArray(meta) ? meta : [];
  const own = typeof description === "string" ? [{ name: "description", content: description }] : [];
  return { ...(typeof title === "string" && { title }), meta: [...listed, ...own] };
}
