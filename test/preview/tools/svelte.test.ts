import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileSass } from "../../../preview/tools/sass.ts";
import { compileSvelte, type SvelteInput, type SvelteOutput } from "../../../preview/tools/svelte.ts";
import { type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };

async function compile(path: string, content: string, options: Partial<SvelteInput> = {}): Promise<SvelteOutput> {
  const [output] = await compileSvelte(runner, {
    sources: [{ path, content, filename: path }],
    production: false,
    versionOf: () => null,
    style: async ({ path, content }) => {
      const [compiled] = await compileSass(runner, {
        sheets: [{ path, content, syntax: "scss" }],
        versionOf: () => null,
        root: "/project",
        readFile: () => null,
        resolve: () => null,
      });
      return compiled ?? { css: "", diagnostics: [] };
    },
    stripTypes: async ({ content }) => (await transform(content, { loader: "ts", tsconfigRaw })).code,
    ...options,
  });
  if (output === undefined) throw new Error("Svelte gave no answer");
  return output;
}

const svelte4 = { versionOf: () => "4.2.20" };

describe("compileSvelte", () => {
  test("compileSvelte compiles a component with runes, types and a scoped style in SCSS", async () => {
    const { code, css, diagnostics } = await compile(
      "/project/src/App.svelte",
      `<script lang="ts">
  import type { A } from "./a";
  let { start = 0 }: { start?: number } = $props();
  let count: number = $state(start as number);
</script>
<button class="a" onclick={() => count++}>{count}</button>
<style lang="scss">$c: red; .a { color: $c; &:hover { color: blue } }</style>`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(code).toContain("svelte/internal/client");
    expect(code).not.toContain(": number");
    expect(code).toContain('import "./App.svelte?svelte&type=style&lang.css"');
    expect(css?.content).toMatch(/\.a\.svelte-\w+:hover/);
    await transform(code, { loader: "js" });
  });

  test.each([
    ["5", {}],
    ["4", svelte4],
  ])("compileSvelte %s notes the places of elements in development", async (_version, options) => {
    const { code } = await compile("/project/src/App.svelte", "<main>\n  <p>a</p>\n</main>", options);
    expect(code).toMatch(/add_locations?\(/);
    expect(code).toContain("src/App.svelte");
    expect((await compile("/project/src/App.svelte", "<p>a</p>", { ...options, production: true })).code).not.toContain(
      "add_location",
    );
  });

  test("compileSvelte compiles modules with runes", async () => {
    const module =
      "export function counter(start: number) { let n = $state(start); return { get n() { return n }, up() { n++ } } }";
    const { code, diagnostics } = await compile("/project/src/counter.svelte.ts", module);
    expect(diagnostics).toEqual([]);
    expect(code).toContain("$.state(");
    expect(code).not.toContain(": number");
  });

  test("compileSvelte leaves names of files and checks out in production", async () => {
    const { code } = await compile("/project/src/App.svelte", "<p>a</p>", { production: true });
    expect(code).not.toContain("App.svelte");
  });

  test("compileSvelte compiles the syntax from before Svelte 5 with either version", async () => {
    const source = `<script lang="ts">
  import Child from "./Child.svelte";
  export let name: string = "a";
  $: upper = name.toUpperCase();
</script>
<Child on:click>{upper}</Child>
<style>p { color: red }</style>`;
    const newer = await compile("/project/src/App.svelte", source);
    const older = await compile("/project/src/App.svelte", source, svelte4);
    expect(newer.code).toContain("svelte/internal/client");
    expect(older.code).toContain('"svelte/internal"');
    for (const { code } of [newer, older]) expect(code).toContain("./Child.svelte");
  });

  test("compileSvelte honours the project's compiler options", async () => {
    const { diagnostics } = await compile("/project/src/App.svelte", "<script>export let a;</script>{a}", {
      compilerOptions: { runes: true },
    });
    expect(diagnostics).toMatchObject([{ line: 1, column: 9, severity: "error" }]);
  });

  test("compileSvelte reports errors and warnings at their places", async () => {
    expect((await compile("/project/src/A.svelte", "<p>\n  {#if a}\n</p>")).diagnostics).toMatchObject([
      { path: "/project/src/A.svelte", line: 3, column: 1, severity: "error" },
    ]);
    expect((await compile("/project/src/A.svelte", '\n<img src="a.png">')).diagnostics).toMatchObject([
      { line: 2, column: 1, severity: "warning" },
    ]);
    expect((await compile("/project/src/A.svelte", "<p>\n{a b}", svelte4)).diagnostics).toMatchObject([
      { line: 2, severity: "error" },
    ]);
    expect(
      (await compile("/project/src/A.svelte", '<p>a</p>\n<style lang="scss">\np { color: $a }</style>')).diagnostics[0],
    ).toMatchObject({
      severity: "error",
      message: "Undefined variable: $a. Define it, or load its style sheet with @use.",
    });
  });
});
