import { expect, it, vi } from "vitest";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { preview } from "./preview.ts";

// The first build fetches and bundles compilers, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head>\n<script type="module" src="/src/main.tsx"></script>';

async function errorsOf(files: Record<string, string>): Promise<Diagnostic[]> {
  const app = await preview({ "index.html": PAGE, ...files });
  const { ok, diagnostics } = await app.prepare();
  expect(ok).toBe(false);
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Returns the diagnostics of a project that builds despite them. */
async function warningsOf(files: Record<string, string>): Promise<Diagnostic[]> {
  const app = await preview({ "index.html": PAGE, ...files });
  const { ok, diagnostics } = await app.prepare();
  expect([ok, diagnostics.filter(({ severity }) => severity === "error")]).toEqual([true, []]);
  return diagnostics;
}

const dependencies = (versions: Record<string, string>) => ({
  "package.json": JSON.stringify({ dependencies: versions }),
});

it("a constant of vite.config that is no expression is reported at its name there, once for client and server", async () => {
  const errors = await errorsOf({
    "vite.config.ts": 'export default {\n  define: {\n    __OK__: "1 + 1",\n    __BROKEN__: "1 +",\n  },\n};',
    "src/main.tsx": "console.log(__OK__, __BROKEN__);",
    "src/server.ts": "export default { fetch: () => new Response(__BROKEN__) };",
  });
  expect(errors).toMatchObject([{ path: "vite.config.ts", line: 4, column: 5 }]);
});

it("an error in a worker is reported in the worker's file", async () => {
  for (const main of [
    'import W from "./w.ts?worker"; new W();',
    'new Worker(new URL("./w.ts", import.meta.url), { type: "module" });',
  ]) {
    const errors = await errorsOf({ "src/main.tsx": main, "src/w.ts": "\nconst a = ;" });
    expect(errors, main).toMatchObject([{ path: "src/w.ts", line: 2, column: 11, message: 'Unexpected ";"' }]);
  }
});

it("a file that cannot be a component is reported at its import", async () => {
  const errors = await errorsOf({
    "src/main.tsx": '\nimport A from "./a.svg?react"; console.log(A);',
    "src/a.svg": "no markup",
  });
  expect(errors).toMatchObject([{ path: "src/main.tsx", line: 2 }]);
});

it("a missing address in a Tailwind style sheet is reported at its line in the sheet", async () => {
  const warnings = await warningsOf({
    ...dependencies({ tailwindcss: "4.3.5" }),
    "src/main.tsx": 'import "./a.css";',
    "src/a.css": '@import "tailwindcss";\n\n.a { @apply p-1; }\n.b {\n  background: url("./nowhere.png");\n}',
  });
  expect(warnings).toMatchObject([{ path: "src/a.css", line: 5 }]);
  expect(warnings[0]?.message).toContain("nowhere.png");
});

it("a missing address in a Sass sheet is reported at its line, and so is an import of a component", async () => {
  const component = (from: string): string =>
    `<template>\n  <b>x</b>\n</template>\n\n<script setup lang="ts">\nimport { x } from "${from}";\nconsole.log(x);\n</script>\n<style>\n.a { mask: url("./none.svg") }\n</style>`;
  const files = {
    ...dependencies({ vue: "3.5.45" }),
    "src/main.tsx": 'import "./a.scss"; import App from "./App.vue"; console.log(App);',
    "src/a.scss": '$a: red;\n@mixin m { color: $a; }\n\n.b { @include m; background: url("./nowhere.png"); }',
    "src/App.vue": component("./x"),
    "src/x.ts": "export const x = 1;",
  };
  const warnings = await warningsOf(files);
  expect(warnings.map(({ path, line }) => [path, line]).sort()).toEqual([
    ["src/App.vue", 10],
    ["src/a.scss", 4],
  ]);
  const errors = await errorsOf({ ...files, "src/App.vue": component("./missing") });
  expect(errors.map(({ path, line }) => [path, line])).toEqual([["src/App.vue", 6]]);
});

it("a missing address that a Sass sheet computes is reported at its file name, or with the line of CSS that has it", async () => {
  const warnings = await warningsOf({
    ...dependencies({ sass: "1.77.8" }),
    "src/main.tsx": 'import "./a.scss"; import "./b.scss";',
    "src/a.scss": '$folder: "./images";\n\n.a { background: url("#{$folder}/nowhere.png"); }',
    "src/b.scss": '@each $name in one, two {\n  .#{$name} { background: url("./#{$name}.png"); }\n}',
  });
  const shown = warnings.map(({ path, line, message }) => [path, line, message.replace(/^.*will not show\./, "")]);
  expect(shown).toEqual([
    ["src/a.scss", 3, ""],
    ["src/b.scss", 0, ' It is in the CSS compiled from this file: background: url("./one.png");'],
    ["src/b.scss", 0, ' It is in the CSS compiled from this file: background: url("./two.png");'],
  ]);
});

it("a missing address that a PostCSS plugin moves is reported at its original line", async () => {
  const warnings = await warningsOf({
    ...dependencies({ "postcss-nested": "7.0.2" }),
    ".postcssrc": '{ "plugins": { "postcss-nested": {} } }',
    "src/main.tsx": 'import "./a.css";',
    "src/a.css": ".a {\n  .b {\n    .c { color: red }\n  }\n  .d { background: url(./nowhere.png) }\n}",
  });
  expect(warnings).toMatchObject([{ path: "src/a.css", line: 5 }]);
});

it("a missing module that a page names is reported in the page, also from an inline module", async () => {
  const errors = await errorsOf({
    "index.html":
      '<!doctype html>\n<link rel="stylesheet" href="/src/none.css">\n<script type="module">\n  import "./src/nothing";\n</script>',
  });
  expect(errors.map(({ path, line }) => [path, line])).toEqual([["index.html", 4]]);
});

it("code prepended to modules with JSX moves no line", async () => {
  const errors = await errorsOf({
    "vite.config.ts": `export default { esbuild: { jsxInject: 'import "./h"' } };`,
    "src/h.ts": "",
    "src/main.tsx": "\nconst a = <b />;\nconst c = ;",
  });
  expect(errors).toMatchObject([{ path: "src/main.tsx", line: 3, column: 11 }]);
});
