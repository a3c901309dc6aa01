import { describe, expect, it, vi } from "vitest";
import { preview } from "../preview.ts";

// The plugins are fetched from the registry and bundled first.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head>\n<script type="module" src="/src/main.tsx"></script>';
const plugins = { "postcss-simple-vars": "7.0.1", "postcss-nested": "7.0.2", "postcss-preset-mantine": "1.18.0" };
const manifest = (dependencies: Record<string, string>) => JSON.stringify({ devDependencies: dependencies });

async function built(files: Record<string, string>) {
  const app = await preview({
    "index.html": PAGE,
    "package.json": manifest(plugins),
    "src/main.tsx": 'import "./a.css";',
    ...files,
  });
  const { ok, diagnostics } = await app.prepare();
  const page = await (await app.page("/")).text();
  const addresses = [...page.matchAll(/href="(\/__edgesmith\/built\/[^"]+\.css)"/g)].map(([, address = ""]) => address);
  const style = (await Promise.all(addresses.map((address) => app.text(address)))).join("\n");
  return { ok, diagnostics, style };
}

describe("plugins of PostCSS", () => {
  it("PostCSS plugins of a postcss.config run over style sheets, with their options", async () => {
    const { style, diagnostics } = await built({
      "postcss.config.cjs": `module.exports = { plugins: {
        "postcss-preset-mantine": {},
        "postcss-simple-vars": { variables: { "breakpoint-sm": "48em" } },
      } };`,
      "src/a.css":
        ".a { width: rem(32px); @mixin hover { color: red } @media (max-width: $breakpoint-sm) { margin: 0 } }",
    });
    expect(diagnostics).toEqual([]);
    expect(style).toContain("calc(2rem * var(--mantine-scale))");
    expect(style).toContain("48em");
    expect(style).toContain("@media (hover: hover)");
  });

  it("PostCSS plugins of vite.config run in order, over Sass output and components too", async () => {
    const { style, diagnostics } = await built({
      "vite.config.ts": `import vars from "postcss-simple-vars"; import nested from "postcss-nested";
export default { css: { postcss: { plugins: [vars({ variables: { far: "9px" } }), nested()] } } };`,
      "package.json": manifest({ ...plugins, vue: "3.5.45" }),
      "src/main.tsx": 'import "./a.scss"; import App from "./App.vue"; console.log(App);',
      "src/a.scss": ".a { &-b { padding: unquote('$far'); } }",
      "src/App.vue": "<template><b class='c-d'></b></template>\n<style>\n.c { &-d { margin: $far } }\n</style>",
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(style).toMatch(/\.a-b\s*{\s*padding: 9px/);
    expect(style).toMatch(/\.c-d\s*{\s*margin: 9px/);
  });

  it("PostCSS plugins beside Tailwind leave its rules unchanged", async () => {
    const { style, diagnostics } = await built({
      ".postcssrc.json":
        '{ "plugins": { "tailwindcss": {}, "postcss-simple-vars": { "variables": { "far": "9px" } }, "autoprefixer": {} } }',
      "package.json": manifest({ ...plugins, tailwindcss: "4.3.5" }),
      "src/main.tsx": 'import "./a.css"; document.title = "p-[7px]";',
      "src/a.css": '@import "tailwindcss"; .a { @apply m-[3px]; padding: $far }',
    });
    expect(diagnostics).toEqual([]);
    for (const text of ["padding: 7px", "margin: 3px", "padding: 9px"]) expect(style).toContain(text);
  });

  it("PostCSS plugins of the project, uninstalled ones, ones with options that are no data and failing ones are warnings", async () => {
    const { ok, diagnostics, style } = await built({
      "postcss.config.mjs": `import vars from "postcss-simple-vars"; import nested from "postcss-nested"; import missing from "postcss-missing"; import broken from "is-odd";
export default { plugins: [
  { postcssPlugin: "own", Once() {} },
  missing(),
  vars({ variables: () => ({}) }),
  broken(),
  nested,
] };`,
      "package.json": manifest({ ...plugins, "is-odd": "3.0.1" }),
      "src/a.css": ".a { &-b { color: red } }",
    });
    expect(ok).toBe(true);
    expect(diagnostics.map(({ path, severity, message }) => [path, severity, message])).toEqual([
      [
        "postcss.config.mjs",
        "warning",
        "Edgesmith does not run PostCSS plugins that postcss.config.mjs defines itself.",
      ],
      [
        "postcss.config.mjs",
        "warning",
        'Edgesmith does not run the plugin "postcss-simple-vars" of postcss.config.mjs: its options contain functions.',
      ],
      [
        "postcss.config.mjs",
        "warning",
        'Edgesmith does not run the plugin "postcss-missing" of postcss.config.mjs: "postcss-missing" is not in package.json.',
      ],
      [
        "postcss.config.mjs",
        "warning",
        expect.stringContaining('Edgesmith does not run the plugin "is-odd" of postcss.config.mjs: '),
      ],
    ]);
    expect(style).toContain(".a-b");
  });

  it("PostCSS plugins report the errors of a style sheet at their place", async () => {
    const { diagnostics } = await built({
      "postcss.config.js": 'export default { plugins: { "postcss-simple-vars": {} } };',
      "src/a.css": "\n.a { color: $nothing }",
    });
    expect(diagnostics).toMatchObject([{ path: "src/a.css", line: 2, severity: "error" }]);
    expect(diagnostics[0]?.message).toContain("$nothing");
  });

  it("A style sheet that no module imports and that a plugin refuses is a warning", async () => {
    const { ok, diagnostics } = await built({
      "postcss.config.js": 'export default { plugins: { "postcss-simple-vars": {} } };',
      "src/a.css": ".a { color: red }",
      "src/draft.css": "\n.a { color: $nothing }",
    });
    expect(ok).toBe(true);
    expect(diagnostics).toMatchObject([{ path: "src/draft.css", line: 2, severity: "warning" }]);
  });
});
