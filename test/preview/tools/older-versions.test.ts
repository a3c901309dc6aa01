// Projects' locks name compilers of years: the entry sources must fit them too.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileLess } from "../../../preview/tools/less.ts";
import { compileSass } from "../../../preview/tools/sass.ts";
import { compileSvelte } from "../../../preview/tools/svelte.ts";
import { compileTailwind, type TailwindSources } from "../../../preview/tools/tailwind.ts";
import { compileTailwind3 } from "../../../preview/tools/tailwind3.ts";
import { compileVue } from "../../../preview/tools/vue.ts";
import { installPackages, type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";
import { readStyleFrom } from "./package-styles.ts";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

const nothing = () => null;

async function tailwindInput(version: string, css: string) {
  const nodeModules = join(await installPackages({ tailwindcss: version }), "node_modules");
  return {
    sheets: [{ path: "/project/a.css", css }],
    readStyle: readStyleFrom(new Map(), nodeModules),
    files: new Map(),
    versionOf: (name: string) => (name === "tailwindcss" ? version : null),
  };
}

const file = { path: "/project/A.vue", placePath: "A.vue" };

describe("compilers of older versions", () => {
  test.each(["4.0.0", "4.1.0"])("compileTailwind runs Tailwind %s", async (version) => {
    const input = await tailwindInput(version, '@import "tailwindcss";');
    const css = '@import "tailwindcss"; @source "./more";';
    const sheets = [{ path: "/project/a.css", css }];
    const candidates = ({ sources }: TailwindSources) =>
      sources.some(({ pattern }) => pattern === "./more") ? ["p-4"] : [];
    const [output] = await compileTailwind(runner, { ...input, sheets, candidates });
    expect(output?.css).toContain(".p-4");
  });

  test.each(["3.0.24", "3.3.7"])("compileTailwind3 runs Tailwind %s", async (version) => {
    const input = await tailwindInput(version, "@tailwind base;\n@tailwind utilities;");
    const contentFiles = () => [{ content: '<p class="p-4">', extension: "html" }];
    const config = { configPath: "/project/tailwind.config.js", projectRoot: "/project", contentFiles };
    const files = new Map([[config.configPath, 'module.exports = { content: ["./src/**"] };']]);
    const [output] = await compileTailwind3(runner, { ...input, ...config, files });
    expect(output?.diagnostics).toEqual([]);
    expect(output?.css).toContain(".p-4");
  });

  test.each(["1.69.7", "1.51.0"])("compileSass runs Sass %s, or a later one of 1.x in its place", async (version) => {
    const sheets = [{ path: "/project/a.scss", content: '@use "b";', syntax: "scss" as const }];
    const readFile = (path: string) => (path === "/project/_b.scss" ? ".b { c: d }" : null);
    const [output] = await compileSass(runner, {
      sheets,
      readFile,
      resolve: nothing,
      versionOf: () => version,
      root: "/project",
    });
    expect(output?.diagnostics).toEqual([]);
    expect(output?.css).toContain("c: d");
  });

  test("compileLess runs Less 4.0", async () => {
    const sheets = [{ path: "/project/a.less", content: "@c: red; .a { .b { color: @c } }" }];
    const [output] = await compileLess(runner, {
      sheets,
      readFile: nothing,
      resolve: nothing,
      versionOf: () => "4.0.0",
    });
    expect(output?.css).toContain("color: red");
  });

  test("compileVue runs a later compiler of 3.2 in place of those that need a document", async () => {
    const components = [{ ...file, content: '<template><p :class="{ a: true }">b</p></template>' }];
    const versionOf = () => "3.2.3";
    const input = { components, production: true, readFile: nothing, resolve: nothing, versionOf };
    const [output] = await compileVue(runner, input);
    expect(output?.diagnostics).toEqual([]);
    expect(output?.code).toContain("export default _sfc_main");
  });

  test.each([true, false])("compileVue runs Vue 3.3 (production: %s)", async (production) => {
    const content = '<script setup lang="ts">defineProps<{ a: string }>()</script><template>{{ a }}</template>';
    const components = [{ ...file, content }];
    const input = { components, production, readFile: nothing, resolve: nothing, versionOf: () => "3.3.4" };
    const [output] = await compileVue(runner, input);
    expect(output?.diagnostics).toEqual([]);
    expect(output?.code).toContain("export default _sfc_main");
  });

  test.each(["4.0.0", "5.0.0"])("compileSvelte runs Svelte %s", async (version) => {
    const [output] = await compileSvelte(runner, {
      sources: [
        {
          path: "/project/A.svelte",
          filename: "/project/A.svelte",
          content: "<script>let n = 1</script><p>{n}</p><style>p { color: red }</style>",
        },
      ],
      production: true,
      versionOf: () => version,
      style: async () => ({ css: "", diagnostics: [] }),
      stripTypes: async ({ content }) => content,
    });
    expect(output?.diagnostics).toEqual([]);
    expect(output?.css?.content).toMatch(/color: ?red/);
  });
});
