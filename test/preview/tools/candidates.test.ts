import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { Scanner } from "@tailwindcss/oxide";
import fc from "fast-check";
import { __unstable__loadDesignSystem } from "tailwindcss";
import { beforeAll, describe, expect, test } from "vitest";
import { candidatesOf } from "../../../preview/tools/candidates.ts";
import { unpackPackages } from "./node-tool-runner.ts";

/** Sources that people's apps are made of: starters, component libraries and their documentation. */
const CORPUS = {
  "create-vite": "9.3.0",
  "create-vue": "3.24.0",
  "flowbite-svelte": "1.33.1",
  "@nuxt/ui": "4.11.2",
  preline: "4.2.0",
};
const EXTENSIONS = new Set(["tsx", "jsx", "ts", "js", "mjs", "vue", "svelte", "html", "md", "json"]);

let compiles: (candidate: string) => boolean;
beforeAll(async () => {
  const sheet = createRequire(import.meta.url).resolve("tailwindcss/index.css");
  const design = await __unstable__loadDesignSystem('@import "tailwindcss";', {
    base: "/",
    loadStylesheet: async (id) => ({ path: id, base: "/", content: readFileSync(sheet, "utf8") }),
  });
  const known = new Map<string, boolean>();
  compiles = (candidate) => {
    const is = known.get(candidate) ?? (candidate.startsWith("--") || design.candidatesToCss([candidate])[0] !== null);
    known.set(candidate, is);
    return is;
  };
});

/** Candidates of Tailwind's native scanner that compile to a class. */
function nativeCandidates(content: string, extension: string): string[] {
  return new Scanner({}).scanFiles([{ content, extension }]).filter(compiles);
}

function missedIn(content: string, extension: string): string[] {
  const found = candidatesOf(content, extension);
  return nativeCandidates(content, extension).filter((candidate) => !found.has(candidate));
}

function* filesOf(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* filesOf(path);
    else if (entry.isFile() && EXTENSIONS.has(extname(path).slice(1)) && statSync(path).size < 150_000) yield path;
  }
}

const CLASSES = [
  ..."flex p-4 hover:bg-red-500 2xl:flex px-2.5 -mx-2 !mt-2 mt-2! w-1/2 from-15% bg-red-500/50 @container @md:flex".split(
    " ",
  ),
  ..."*:p-2 **:p-1 [color:red] [--a:1px] [&>svg]:size-4 [&_p]:mt-1 bg-(--x) bg-(color:--x) text-sm/[1.5]".split(" "),
  ..."group-hover/name:underline data-[state=open]:flex min-[400px]:p-1 grid-cols-[1fr,2fr] in-data-x:p-1".split(" "),
  ..."supports-(--v):grid bg-red-500/(--op) bg-[length:calc(1px+2px)] [mask-type:luminance] not-[.a]:flex".split(" "),
];
const QUOTED = ["content-['a_b']", "bg-[url('/a.png')]", 'has-[[data-x="1"]]:p-1', "before:content-['\\'']"];

describe("candidatesOf", () => {
  test.each([
    ["<p class=\"content-['a_b'] x\">", "html", "content-['a_b']"],
    ["<p className=\"bg-[url('/a.png')]\">", "tsx", "bg-[url('/a.png')]"],
    ["cn('[&>svg]:size-4', a)", "ts", "[&>svg]:size-4"],
    ["<p className={`data-[state=open]:flex $a`}>", "tsx", "data-[state=open]:flex"],
    ["const a = 'has-[[data-x=\"1\"]]:p-1'", "ts", 'has-[[data-x="1"]]:p-1'],
    ['"grid-cols-[1fr,minmax(0,2fr)]"', "js", "grid-cols-[1fr,minmax(0,2fr)]"],
    ["<p class:p-4={wide}>", "svelte", "p-4"],
    ["<p :class=\"{ flex: open, 'p-4': true }\">", "vue", "flex"],
    ['<template lang="pug">\n.flex.px-2.5(title="a")\n</template>', "vue", "px-2.5"],
    ["p.flex.bg-red-500.2xl:p-4(title='a')", "pug", "2xl:p-4"],
    ["p.flex[title='a'] text", "slim", "flex"],
    ["%p.flex{ class: 'mt-1' }\n  .px-2.5= title", "haml", "px-2.5"],
    ["<%= tag.p class: %w[flex p-4] %>", "erb", "p-4"],
    ["<p class={~w(flex p-4)}>", "heex", "p-4"],
    ["[:div.flex.p-4 {:class [:mt-1]}]", "cljs", "p-4"],
    ["# A {.flex .p-4}", "md", "flex"],
    ['<p class="@@md:flex">', "cshtml", "@md:flex"],
    ["<p {{ attributes.addClass(flex) }}>", "twig", "flex"],
    ["<p style={{ color: 'var(--color-red-500)' }}>", "tsx", "--color-red-500"],
  ])("candidatesOf finds in %s (.%s) the candidate %s", (content, extension, candidate) => {
    expect(candidatesOf(content, extension)).toContain(candidate);
    expect(missedIn(content, extension)).toEqual([]);
  });

  test("candidatesOf finds the variables that a style sheet uses, and none that it declares", () => {
    expect([...candidatesOf(".flex { --a: 1px; margin: var(--b); }", "css")]).toEqual(["--b"]);
  });

  test("candidatesOf ends for a hundred thousand unclosed brackets", () => {
    for (const opened of ['"[', "[", ".[a:", ".a-["]) {
      const content = `${opened.repeat(100_000)} "flex"`;
      expect(candidatesOf(content, "tsx")).toContain("flex");
    }
  });

  test("candidatesOf misses no class of generated components that the native scanner finds", () => {
    const name = fc.constantFrom(...CLASSES);
    const list = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join(" "));
    const quoted = fc.tuple(fc.constantFrom(...QUOTED), list).map(([first, rest]) => `\`${first} ${rest}\``);
    const text = fc.oneof(
      list.map((names) => `"${names}"`),
      list.map((names) => `'${names}'`),
      quoted,
    );
    const expression = fc.oneof(
      text,
      fc.tuple(text, text).map(([a, b]) => `open ? ${a} : ${b}`),
      fc.array(text).map((texts) => `cn(${texts.join(", ")})`),
      fc.array(text).map((texts) => `[${texts.join(",")}]`),
      fc.tuple(text, name).map(([a, b]) => `{${a}: open, "${b}": !open}`),
      list.map((names) => `\`\${a} ${names} \${b ? '${names}' : ""}\``),
    );
    const component = fc.oneof(
      expression.map((value) => ["tsx", `<p className={${value}}>text</p>`] as const),
      expression.map((value) => ["vue", `<p :class='${value}'>{{ text }}</p>`] as const),
      fc.tuple(expression, name).map(([value, own]) => ["svelte", `<p class={${value}} class:${own}={open}>`] as const),
      list.map((names) => ["html", `<p class="${names}">a</p><b [class.${names.split(" ")[0]}]="x">`] as const),
      expression.map((value) => ["ts", `export const a = ${value};`] as const),
    );
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 4 }), (components) => {
        for (const [extension, content] of components) expect(missedIn(content, extension), content).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("candidatesOf misses no class of real sources that the native scanner finds, and finds hardly any more", async () => {
    const native: string[] = [];
    const extra: string[] = [];
    const missed: string[] = [];
    for (const path of filesOf(await unpackPackages(CORPUS))) {
      const content = readFileSync(path, "utf8");
      const extension = extname(path).slice(1);
      const theirs = new Set(nativeCandidates(content, extension));
      const ours = candidatesOf(content, extension);
      native.push(...theirs);
      missed.push(...[...theirs].filter((candidate) => !ours.has(candidate)));
      extra.push(...[...ours].filter((candidate) => !theirs.has(candidate) && compiles(candidate)));
    }
    expect(missed).toEqual([]);
    expect(native.length).toBeGreaterThan(5_000);
    expect(extra.length / native.length).toBeLessThan(0.01);
  });
});
