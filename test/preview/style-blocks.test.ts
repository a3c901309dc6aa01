import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The output of the components' compilers is cached by content. A style block can depend on other files and on settings too.

vi.setConfig({ testTimeout: 180_000 });

const page = '<!doctype html><script type="module" src="/src/main.ts"></script>';
const project = (files: Record<string, string>) => ({
  "index.html": page,
  "package.json": JSON.stringify({
    dependencies: { svelte: "5.56.8", vue: "3.5.45", tailwindcss: "4.3.5" },
    devDependencies: { "postcss-simple-vars": "7.0.1" },
  }),
  ...files,
});

/** The style sheets that the app's page loads, joined. */
async function stylesOf(files: Record<string, string>): Promise<string> {
  const app = await preview(project(files));
  const { ok, diagnostics } = await app.prepare();
  if (!ok) throw new Error(JSON.stringify(diagnostics));
  const html = await (await app.page("/")).text();
  const addresses = [...html.matchAll(/href="(\/__edgesmith\/built\/[^"]+\.css)"/g)].map(([, address = ""]) => address);
  return (await Promise.all(addresses.map((address) => app.text(address)))).join("\n");
}

const svelte = (style: string) => ({
  "src/main.ts":
    'import { mount } from "svelte"; import App from "./App.svelte"; mount(App, { target: document.body });',
  "src/App.svelte": `<p class="a">a</p>\n<style>${style}</style>`,
});
const vue = (style: string) => ({
  "src/main.ts": 'import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("body");',
  "src/App.vue": `<template><p class="a">a</p></template>\n<style scoped>${style}</style>`,
});
const themed = (color: string) => ({ "src/theme.css": `@theme { --color-brand: ${color}; }` });

it.each([
  ["Svelte", svelte],
  ["Vue", vue],
])(
  "a style block of %s with Tailwind follows the theme, though the component's file is the same",
  async (_, component) => {
    const files = component('@reference "./theme.css"; .a { @apply text-brand; }');
    for (const color of ["#123456", "#654321"]) {
      const styles = await stylesOf({ ...files, ...themed(color) });
      expect(styles).toContain(color);
    }
  },
);

it.each([
  ["Svelte", svelte],
  ["Vue", vue],
])("a style block of %s follows the PostCSS plugins, though the component's file is the same", async (_, component) => {
  const files = component(".a { margin: $far; }");
  for (const far of ["7px", "9px"]) {
    const plugins = {
      "postcss.config.js": `export default { plugins: { "postcss-simple-vars": { variables: { far: "${far}" } } } };`,
    };
    expect(await stylesOf({ ...files, ...plugins })).toContain(`margin: ${far}`);
  }
});

it("a style block of Vue takes the sheet that its src names, in the sheet's language and from its folder", async () => {
  for (const src of ["./styles/app.scss", "/src/styles/app.scss"]) {
    const component = `<template><p class="a">a</p></template>\n<style src="${src}" scoped></style>`;
    const styles = await stylesOf({
      ...vue(""),
      "src/App.vue": component,
      "src/styles/app.scss": '@use "./vars" as *; .a { color: $brand; background: url("./dot.svg"); }',
      "src/styles/_vars.scss": "$brand: #123456;",
      "src/styles/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    });
    expect(styles).toMatch(/\.a\[data-v-\w+\]/);
    expect(styles).toContain("#123456");
    expect(styles).toMatch(/\/dot-\w+\.svg/);
  }
});

it("a style block of Vue whose sheet is not there is an error at its place", async () => {
  const component = '<template><p class="a">a</p></template>\n<style src="./gone.css"></style>';
  const app = await preview(project({ ...vue(""), "src/App.vue": component }));
  const { ok, diagnostics } = await app.prepare();
  expect(ok).toBe(false);
  const message = 'Cannot find "./gone.css", the file of this style block. Add it, or correct its path.';
  expect(diagnostics).toEqual([expect.objectContaining({ path: "src/App.vue", line: 2, message })]);
});

it.each(["", ' lang="postcss"'])(
  "A style block of Svelte%s is compiled by Tailwind after its selectors are scoped",
  async (lang) => {
    const files = {
      ...themed("#abcdef"),
      ...svelte(""),
      "src/App.svelte": `<p class="a">a</p>\n<style${lang}>@reference "./theme.css"; .a { @apply text-brand; }</style>`,
    };
    expect(await stylesOf(files)).toMatch(/\.a\.svelte-\w+\s*{\s*color: var\(--color-brand/);
  },
);

it("Style blocks and templates in a language without a compiler are errors where they begin, in Vue and in Svelte", async () => {
  const style = "<style lang='stylus'>\np\n  color red\n</style>";
  const app = await preview(
    project({
      "src/main.ts":
        'import A from "./A.svelte"; import B from "./B.vue"; import C from "./C.svelte"; console.log(A, B, C);',
      "src/A.svelte": `<p>A</p>\n${style}`,
      "src/B.vue": `<template><p>B</p></template>\n${style}`,
      "src/C.svelte": '<template lang="pug">\np C\n</template>',
    }),
  );
  const { ok, diagnostics } = await app.prepare();
  expect(ok).toBe(false);
  const message = 'Style blocks in "stylus" are not supported. Write plain CSS instead: it has variables and nesting.';
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(
    errors.map(({ path, line, message }) => ({ path, line, message })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  ).toEqual([
    { path: "src/A.svelte", line: 2, message },
    { path: "src/B.vue", line: 2, message },
    { path: "src/C.svelte", line: 1, message: 'Templates in "pug" are not supported. Write the template in HTML.' },
  ]);
});

it.each([
  ["Svelte", svelte],
  ["Vue", vue],
])(
  "The style block of a component of %s with two dollar signs in its name reaches the page",
  async (name, component) => {
    const [main, app] = Object.entries(component(".a { color: teal; }"));
    if (main === undefined || app === undefined) throw new Error("no component");
    const renamed = (text: string) => text.replace("App.", () => "App$$.");
    expect(await stylesOf({ [main[0]]: renamed(main[1]), [renamed(app[0])]: app[1] }), name).toMatch(
      /color:\s*(teal|#008080)/,
    );
  },
);
