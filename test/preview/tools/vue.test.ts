import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileVue, compileVueStyles, type VueOutput } from "../../../preview/tools/vue.ts";
import { type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

const PATH = "/project/src/App.vue";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

async function compile(
  content: string,
  { production = false, files = {} as Record<string, string> } = {},
): Promise<VueOutput> {
  const [output] = await compileVue(runner, {
    components: [{ path: PATH, content, placePath: "src/App.vue" }],
    production,
    versionOf: () => null,
    readFile: (path) => files[path] ?? null,
    resolve: (specifier) => (specifier.startsWith("@/") ? `/project/src/${specifier.slice(2)}` : null),
  });
  if (output === undefined) throw new Error("Vue gave no answer");
  return output;
}

/** Fails where the code is no module of its language. */
async function parsed({ code, lang }: VueOutput): Promise<string> {
  return (await transform(code, { loader: lang, format: "esm" })).code;
}

const COUNTER = `<script setup lang="ts">
import { ref } from "vue";
const count = ref<number>(0);
const color = "red";
</script>
<template><button class="a" @click="count++">{{ (count as number).toFixed(0) }}</button><img src="./a.png"></template>
<style scoped lang="scss">.a { .b { color: v-bind(color); } }</style>
<style module>.c { color: blue }</style>`;

describe("compileVue", () => {
  test("compileVue keeps the template separate in development and inlines it in production", async () => {
    const development = await compile(COUNTER);
    expect(development.diagnostics).toEqual([]);
    expect(development.lang).toBe("ts");
    expect(await parsed(development)).toContain("_sfc_main.render = _sfc_render");
    expect(development.code).toContain("import _imports_0 from './a.png'");
    expect(development.code).toContain("_useCssVars");
    const production = await compile(COUNTER, { production: true });
    expect(await parsed(production)).not.toContain("_sfc_render");
    expect(production.code).not.toContain(PATH);
  });

  test("compileVue writes places onto elements in development, and none onto components or in production", async () => {
    const source = `<script setup>\nimport Own from "./own.vue";\n</script>\n<template>\n  <main>\n    <p v-if="true">é</p><Own />\n  </main>\n</template>`;
    const { code } = await compile(source);
    expect([...code.matchAll(/"data-edgesmith-at": "([^"]+)"/g)].map(([, place]) => place)).toEqual([
      "src/App.vue:5:3",
      "src/App.vue:6:5",
    ]);
    expect((await compile(source, { production: true })).code).not.toContain("data-edgesmith-at");
  });

  test("compileVue takes a template from the file that its src names, with places in that file", async () => {
    const source = '<template src="./parts/app.html"></template>\n<script setup>const n = 1;</script>';
    const files = { "/project/src/parts/app.html": "<main>\n  <p>{{ n }}</p>\n</main>" };
    const { code, dependencies, diagnostics } = await compile(source, { files });
    expect(diagnostics).toEqual([]);
    expect(code).toContain('"data-edgesmith-at": "src/parts/app.html:2:3"');
    expect(dependencies).toEqual(["/project/src/parts/app.html"]);
    const production = await compile(source.replace("./parts", "@/parts"), { files, production: true });
    expect(production.code).toContain('"main"');
    const wrong = await compile(source, { files: { "/project/src/parts/app.html": "<main>\n<p></main>" } });
    expect(wrong.diagnostics).toMatchObject([{ path: "/project/src/parts/app.html", line: 2, severity: "error" }]);
  });

  test("compileVue says that the file of a template is not there", async () => {
    const { diagnostics } = await compile('<script setup>const n = 1;</script>\n<template src="./gone.html" />');
    const message = 'Cannot find "./gone.html", the file of this template. Add it, or correct its path.';
    expect(diagnostics).toEqual([{ path: PATH, line: 2, column: expect.any(Number), severity: "error", message }]);
  });

  test("compileVue returns the styles of a component and imports them from its code", async () => {
    const { code, styles, id } = await compile(COUNTER);
    expect(styles).toMatchObject([
      { lang: "scss", scoped: true, module: null, specifier: "./App.vue?vue&type=style&index=0&lang.scss" },
      { lang: "css", scoped: false, module: "$style", specifier: "./App.vue?vue&type=style&index=1&lang.module.css" },
    ]);
    expect(code).toContain('import "./App.vue?vue&type=style&index=0&lang.scss"');
    expect(code).toContain('__cssModules["$style"] = _sfc_style_1');
    expect(code).toContain(`"data-v-${id}"`);
  });

  test("compileVue makes props of types in other files and aliases", async () => {
    const { code, dependencies, diagnostics } = await compile(
      `<script setup lang="ts">
import type { Props } from "@/types";
defineProps<Props & { own: number }>();
defineEmits<{ save: [id: number] }>();
</script>
<template>{{ title }}{{ size }}</template>`,
      {
        files: {
          "/project/src/types/index.ts":
            'import type { Base } from "@/base";\nexport interface Props extends Base { title?: string }',
          "/project/src/base.ts": "export type Base = { size: 'a' | 'b' };",
        },
      },
    );
    expect(diagnostics).toEqual([]);
    expect(code).toMatch(/title: \{ type: String, required: false \}/);
    expect(code).toMatch(/size: \{ type: String, required: true \}/);
    expect(code).toMatch(/own: \{ type: Number, required: true \}/);
    expect(dependencies).toEqual(["/project/src/types/index.ts", "/project/src/base.ts"]);
  });

  test("compileVue makes props of types in the declarations of packages, also where one import has values and types", async () => {
    const { code, diagnostics } = await compile(
      `<script setup lang="ts">
import { Avatar, type AvatarProps, BadgeProps } from "@/node_modules/kit";
const props = defineProps<AvatarProps & BadgeProps>();
</script>
<template><Avatar v-bind="props" /></template>`,
      {
        files: {
          "/project/src/node_modules/kit/index.d.mts":
            'export type { AvatarProps } from "./avatar.mjs";\nexport interface BadgeProps { label: string }',
          "/project/src/node_modules/kit/avatar.d.mts":
            'export interface AvatarProps extends Size { src: string }\nexport type Size = import("./size.js").Size;',
          "/project/src/node_modules/kit/size.d.ts":
            'import type { AvatarProps } from "./avatar.mjs";\nexport interface Size { size?: AvatarProps["size"] & number }',
        },
      },
    );
    expect(diagnostics).toEqual([]);
    expect(code).toMatch(/label: \{ type: String, required: true \}/);
    expect(code).toMatch(/src: \{ type: String, required: true \}/);
    expect(code).toMatch(/size: \{ type: Number, required: false \}/);
    expect(code).toContain('import { Avatar } from "@/node_modules/kit"');
  });

  test("compileVue compiles the options API, a script in a file of its own, and a template without a script", async () => {
    const options = await compile(
      "<script>export default { data: () => ({ a: 1 }) }</script><template>{{ a }}</template>",
    );
    expect(await parsed(options)).toContain("data: () =>");
    const apart = await compile('<script src="./app.ts"></script><template>a</template>');
    expect(await parsed(apart)).toContain('from "./app.ts"');
    const alone = await compile("<template>a</template>");
    expect(await parsed(alone)).toContain("_sfc_main = {}");
    expect([options.diagnostics, apart.diagnostics, alone.diagnostics]).toEqual([[], [], []]);
  });

  test("compileVue reports errors of templates, scripts and macros at their places", async () => {
    expect((await compile("<template>\n  <p>{{ a b }}</p>\n</template>")).diagnostics).toMatchObject([
      { path: PATH, line: 2, severity: "error" },
    ]);
    expect((await compile("<script setup>\nconst a = ;\n</script>")).diagnostics).toMatchObject([
      { line: 2, column: 11 },
    ]);
    const missing = await compile('<script setup lang="ts">\nimport { P } from "./p";\ndefineProps<P>();\n</script>');
    expect(missing.diagnostics).toMatchObject([{ line: 3, column: 13 }]);
    expect((await compile("<template>\n<div>\n</template>")).diagnostics).toMatchObject([{ line: 2, column: 1 }]);
  });

  test("compileVue reports that it does not compile templates in Pug", async () => {
    expect((await compile('<template lang="pug">\np a\n</template>')).diagnostics).toMatchObject([
      { line: 1, message: 'Templates in "pug" are not supported. Write the template in HTML.' },
    ]);
  });
});

describe("compileVueStyles", () => {
  test("compileVueStyles scopes selectors and replaces v-bind by variables", async () => {
    const css = ".a .b { color: v-bind(color) } :deep(.c) { color: red } :slotted(p) { color: blue }";
    const [output] = await compileVueStyles(runner, {
      styles: [{ path: PATH, id: "1234abcd", css, scoped: true }],
      production: false,
      versionOf: () => null,
    });
    expect(output?.diagnostics).toEqual([]);
    expect(output?.css).toContain(".a .b[data-v-1234abcd]");
    expect(output?.css).toContain("var(--1234abcd-color)");
    expect(output?.css).toContain("[data-v-1234abcd] .c");
  });

  test("compileVueStyles reports CSS that cannot be parsed", async () => {
    const styles = [{ path: PATH, id: "a", css: "\n.a { color: red", scoped: true }];
    const [output] = await compileVueStyles(runner, { styles, production: false, versionOf: () => null });
    expect(output?.diagnostics).toMatchObject([{ path: PATH, line: 2, column: 1, message: "Unclosed block" }]);
  });
});
