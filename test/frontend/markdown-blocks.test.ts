import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { describe, expect, it } from "vitest";
import { markdownBlocks, openCodeOf } from "../../frontend/src/chat/markdown-blocks.ts";

const rendered = (text: string): string =>
  renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, text)).replaceAll(
    /\s*\n\s*/g,
    "\n",
  );
const inBlocks = (text: string): string => markdownBlocks(text).map(rendered).join("\n").trim();

const pieces = [
  "A paragraph\nof two lines",
  "# Heading",
  "- one\n- two",
  "- loose",
  "1. first\n\n   with a paragraph",
  "```ts\nconst a = 1;\n\nconst b = 2;\n```",
  "~~~\n```\n\n~~~",
  "    indented code",
  "> quoted\nlazily",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "---",
  "[^1]: a note",
  "[link]\n\n[link]: https://good.example",
  "<div>\n\n**bold**\n\n</div>",
  "* star\n\n* star",
  "1) other\n2) list",
  "",
];

describe("dividing Markdown into blocks", () => {
  it("markdownBlocks gives the same page as the whole text, whatever the text is made of", () => {
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((some) => some.join("\n\n"));
    fc.assert(
      fc.property(texts, (text) => {
        expect(inBlocks(text)).toBe(rendered(text).trim());
      }),
      { numRuns: 400 },
    );
  });

  it("markdownBlocks keeps the finished blocks of a growing text, so that each is parsed once", () => {
    const text = "# Title\n\nA paragraph.\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\nThe end";
    const finished = markdownBlocks(text).slice(0, -1);
    expect(finished).toHaveLength(3);
    expect(markdownBlocks(`${text} goes on.\n\nAnd on`).slice(0, 3)).toEqual(finished);
  });

  it("openCodeOf returns the code of a fence that has not ended, and nothing once it has", () => {
    expect(openCodeOf("```ts\nconst a")).toEqual({ language: "ts", code: "const a" });
    expect(openCodeOf("```ts\nconst a\n```")).toBeNull();
    expect(openCodeOf("A text")).toBeNull();
  });
});
