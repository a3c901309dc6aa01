// Hostile and broken projects: each build ends with a diagnostic, leaks nothing of others, and the next one works. Code
// that loops or allocates without end is not here: the local runtime has one thread and enforces no limit of CPU time
// or memory, as the Worker Loader does for each isolate in production (tools/tool-isolates.ts). test/faults has the
// other cases.
import { expect, it } from "vitest";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { preview } from "./preview.ts";

const page = {
  "index.html": '<script type="module" src="/src/main.ts"></script>',
  "src/main.ts": "document.body.append('x');",
};

type Files = Record<string, string>;
type Expected = { ok: boolean; says?: string | RegExp; not?: RegExp };

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const many = (count: number, make: (index: number) => [path: string, content: string]): Files =>
  Object.fromEntries(times(count, make));
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
const main = (code: string): Files => ({ ...page, "src/main.ts": code });
const viteConfig = (code: string): Files => ({ ...page, "vite.config.js": code });
const styled = (sheet: string, files: Files = {}): Files => ({
  ...main("import './a.css';"),
  "src/a.css": sheet,
  ...files,
});
const tailwind3 = (config: string): Files =>
  styled("@tailwind base;", {
    "package.json": '{"devDependencies":{"tailwindcss":"^3.4.17"}}',
    "tailwind.config.js": config,
  });

const sentences = (diagnostics: Diagnostic[]): string => diagnostics.map(({ message }) => message).join("\n");

/** Builds a project and then a valid one. */
async function expectBuild(files: Files, { ok, says, not }: Expected): Promise<void> {
  const app = await preview(files);
  const report = await app.prepare();
  expect(report, sentences(report.diagnostics)).toMatchObject({ ok });
  if (!ok) expect(report.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  if (says !== undefined) expect(sentences(report.diagnostics)).toMatch(says);
  if (not !== undefined) expect(sentences(report.diagnostics)).not.toMatch(not);
  const next = await preview(main(`console.log("${crypto.randomUUID()}");`));
  expect(await next.prepare()).toEqual({ ok: true, diagnostics: [] });
}

const DEFAULTS = "could not be evaluated, so the build uses defaults: ";
const STATE =
  "JSON.stringify([process.env, Object.keys((await import(`cloudflare:workers`)).env), globalThis.API, globalThis.LOADER])";

it.each<[string, string, Expected]>([
  ["throws", "throw new Error('not today');", { ok: true, says: `${DEFAULTS}not today` }],
  ["throws what has no text", "throw { toString() { throw new Error('inner'); } };", { ok: true, says: DEFAULTS }],
  ["does not parse", "export default {", { ok: true, says: DEFAULTS }],
  ["fetches", "await fetch('https://example.com'); export default {};", { ok: true, says: "not permitted to access" }],
  ["opens a socket", "const { connect } = await import(`cloudflare:sockets`); await connect('127.0.0.1:22').opened;", { ok: true, says: "not permitted to access" }],
  ["asks for the cache of built tools", "throw new Error(await (await caches.open('tools')).match('https://tools.invalid/x'));", { ok: true, says: "No Cache was configured" }],
  ["reads the environment and bindings", `throw new Error(${STATE});`, { ok: true, says: /\[{"PORT":"5173","BASE_PATH":"\/","NODE_ENV":"development"},\[\],null,null\]/ }],
  ["never comes to an end", "export default () => new Promise(() => {});", { ok: true, says: "never comes" }],
  ["returns 40 MB", "export default { define: { A: JSON.stringify('x'.repeat(40_000_000)) } };", { ok: true, says: "32MiB" }],
  ["returns 30,000 values", "export default { define: Array.from({ length: 30_000 }, () => 1) };", { ok: true, says: "more than 20000 values" }],
  ["has a getter that throws", "export default { get define() { throw new Error('gotcha'); } };", { ok: true, says: "gotcha" }],
  ["is a number", "export default 42;", { ok: true }],
  ["has its root outside of the project", "export default { root: '../../..' };", { ok: true }],
  ["makes up what recorded values look like", "export default { plugins: [{ $: 'package', name: 5 }], resolve: { alias: [{ find: { $: 'regexp', source: '(' }, replacement: '/' }] } };", { ok: true, says: "left out" }],
])("a vite.config that %s leaves the build with its defaults", async (_, config, expected) => {
  await expectBuild(viteConfig(config), expected);
}); // biome-ignore format: one case a line

it("a vite.config leaves no state for another project with the same one, nor for the next revision", async () => {
  const config = `import { readFileSync } from "node:fs";
const text = readFileSync("./secret.json", "utf8");
globalThis.seen = [...(globalThis.seen ?? []), text];
const fails = () => { throw new Error("seen: " + globalThis.seen.join()); };
export default { plugins: [{ name: "b", transform: fails }, { name: globalThis.seen.join(), configureServer() {} }] };`;
  const one = await preview({ ...viteConfig(config), "secret.json": '"of one"' });
  const other = await preview({ ...viteConfig(config), "secret.json": '"of other"' });
  const ofOne = sentences((await one.prepare()).diagnostics);
  for (const words of ['of the plugin ""of one"" that', 'seen: "of one"']) expect(ofOne).toContain(words);
  const ofOther = sentences((await other.prepare()).diagnostics);
  expect(ofOther).toContain('"of other"');
  expect(ofOther).not.toContain("of one");
  await one.write({ ...viteConfig(config), "secret.json": '"of later"' });
  const later = sentences((await one.prepare()).diagnostics);
  expect(later).toContain('"of later"');
  expect(later).not.toContain("of one");
});

const NO_ENVIRONMENT = "throw new Error(JSON.stringify([process.env, typeof API, typeof LOADER]));";

it.each<[string, Files, string | RegExp]>([
  ["a tailwind.config that throws", tailwind3("throw new Error('not today');"), "not today"],
  ["a tailwind.config that looks for bindings", tailwind3(NO_ENVIRONMENT), '[{},"undefined","undefined"]'],
  ["a tailwind.config that waits for ever", tailwind3("await new Promise(() => {}); export default {};"), "unsettled"],
  ["a plugin of Tailwind 3 that throws", tailwind3("module.exports = { plugins: [() => { throw new Error('no'); }] };"), "no"],
  ["a plugin of Tailwind 4 that throws", styled("@import 'tailwindcss'; @plugin './p.js';", { "src/p.js": "export default () => { throw new Error('not today'); };" }), "not today"],
  ["a plugin of Tailwind 4 that cannot be loaded", styled("@import 'tailwindcss'; @plugin './p.js';", { "src/p.js": "throw new Error('not today');" }), "not today"],
  ["a plugin of Tailwind 4 that fetches", styled("@import 'tailwindcss'; @plugin './p.js';", { "src/p.js": "await fetch('https://example.com'); export default () => {};" }), /fetch|unsettled|global scope/],
])("%s is an error of the style sheet", async (_, files, says) => {
  await expectBuild(files, { ok: false, says });
}); // biome-ignore format: one case a line

const TOO_DEEP = /nested|call stack|stack space/;
const DEPTH = 100_000;

it.each<[string, Files]>([
  ["TypeScript", main(`export const a = ${nested("[", "]", DEPTH)};`)],
  ["JavaScript without an end", { ...main("import './a.js';"), "src/a.js": `a = ${"(".repeat(DEPTH)}` }],
  ["JSX", { ...main("import './a.jsx';"), "src/a.jsx": `a = ${nested("<a>", "</a>", DEPTH)}` }],
  ["CSS", styled(nested("a{", "}", DEPTH))],
  ["JSON", { ...main("import a from './a.json'; console.log(a);"), "src/a.json": nested("[", "]", DEPTH) }],
  ["a Svelte component of 1 MB", { ...main("import './A.svelte';"), "src/A.svelte": nested("<div>", "</div>", 95_000) }],
  ["a Vue component of 1 MB", { ...main("import './A.vue';"), "src/A.vue": `<template>${nested("<div>", "</div>", 95_000)}</template>` }],
  ["an SVG", { ...main("import './a.svg?react';"), "src/a.svg": `<svg>${nested("<g>", "</g>", DEPTH)}</svg>` }],
  ["an HTML page", { ...page, "index.html": `<p>${"<b>".repeat(350_000)}` }],
  ["package.json", { ...page, "package.json": `{"dependencies":${nested("[", "]", DEPTH)}}` }],
  ["tsconfig.json", { ...page, "tsconfig.json": nested("[", "]", DEPTH) }],
  ["edgesmith.json", { ...page, "edgesmith.json": nested("[", "]", DEPTH) }],
])("%s that is nested without end is an error", async (_, files) => {
  await expectBuild(files, { ok: false, says: TOO_DEEP });
}); // biome-ignore format: one case a line

it.each<[string, Files, Expected]>([
  ["CSS", styled("@import './b.css'; a { b: c }", { "src/b.css": "@import './a.css'; b { c: d }" }), { ok: true }],
  ["Sass modules", { ...main("import './a.scss';"), "src/a.scss": "@use './b';", "src/b.scss": "@use './a';" }, { ok: false, says: "Module loop" }],
  ["Sass imports", { ...main("import './a.scss';"), "src/a.scss": "@import './b';", "src/b.scss": "@import './a';" }, { ok: false, says: "already being loaded" }],
  ["Less", { ...main("import './a.less';"), "src/a.less": "@import './b';", "src/b.less": "@import './a';" }, { ok: true }],
  ["Less that imports again each time", { ...main("import './a.less';"), "src/a.less": "@import (multiple) './b';", "src/b.less": "@import (multiple) './a';" }, { ok: false, says: "style sheets are imported" }],
  ["Tailwind", styled("@import 'tailwindcss'; @import './b.css';", { "src/b.css": "@import './a.css';" }), { ok: false, says: "recursion depth" }],
  ["tsconfig.json", { ...page, "tsconfig.json": '{"extends":"./b.json"}', "b.json": '{"extends":"./tsconfig.json"}' }, { ok: true }],
  [".env", { ...page, ".env": "VITE_A=$VITE_B$VITE_B\nVITE_B=$VITE_A$VITE_A" }, { ok: true }],
  ["workspaces", { ...main("import 'b';"), "package.json": '{"name":"a","dependencies":{"a":"file:.","b":"file:./b"}}', "b/package.json": '{"name":"b","dependencies":{"a":"file:..","b":"file:."}}', "b/index.js": "import 'b';" }, { ok: true }],
])("a cycle of %s ends with a diagnostic", async (_, files, expected) => {
  await expectBuild(files, expected);
}); // biome-ignore format: one case a line

it.each<[string, Files, Expected]>([
  ["a project that imports its root as a package", { ...main("import 'me';"), "package.json": '{"name":"me","exports":"./src/main.ts"}' }, { ok: true }],
  ["a root as a package that exports nothing", { ...main("import 'me';"), "package.json": '{"name":"me"}' }, { ok: false, says: 'Cannot find the package "me"' }],
  ["a folder above as edgesmith.json's root", { ...page, "edgesmith.json": '{"root":"../.."}' }, { ok: true }],
  ["a folder that is not there as edgesmith.json's root", { ...page, "edgesmith.json": '{"root":"../../etc"}' }, { ok: false, says: 'There is no folder "etc"' }],
  ["nonsense in edgesmith.json", { ...page, "edgesmith.json": '[[{"root": 5' }, { ok: true }],
  ["a chain of 5,000 tsconfig files", { ...page, "tsconfig.json": '{"extends":"./t0.json"}', ...many(5_000, (n) => [`t${n}.json`, `{"extends":"./t${n + 1}.json"}`]) }, { ok: true, says: "More than 200 files" }],
  ["tsconfig files that double at each step", { ...page, "tsconfig.json": '{"extends":"./t0.json"}', ...many(40, (n) => [`t${n}.json`, `{"extends":["./t${n + 1}.json","./t${n + 1}.json"]}`]) }, { ok: true, says: "More than 200 files" }],
  ["5,000 dependencies that nothing imports", { ...page, "package.json": JSON.stringify({ dependencies: many(5_000, (n) => [`no-such-package-${n}`, "1.0.0"]) }) }, { ok: true }],
  ["5,000 dependencies that are imported", { ...main(times(5_000, (n) => `import "no-such-package-${n}";`).join("")), "package.json": JSON.stringify({ dependencies: many(5_000, (n) => [`no-such-package-${n}`, "1.0.0"]) }) }, { ok: false, says: "More than 2,000 packages" }],
  ["an HTML page of 1 MB", { ...page, "index.html": page["index.html"] + "<p>x</p>".repeat(131_072) }, { ok: true }],
  ["an alias that backtracks without end", { ...main(`import "${"a".repeat(60)}b";`), "vite.config.js": "export default { resolve: { alias: [{ find: /^(a+)+$/, replacement: '/src/' }] } };" }, { ok: false, says: "could take very long" }],
  ["a glob that backtracks without end", { ...main(`import.meta.glob("./${"*a".repeat(14)}b");`), [`src/${"a".repeat(60)}.ts`]: "" }, { ok: false, says: "too many wildcards" }],
])("a build with %s ends with a diagnostic", async (_, files, expected) => {
  await expectBuild(files, expected);
}); // biome-ignore format: one case a line

/** Timeout for a busy machine; on an idle one, each of these takes less than ten seconds. */
const LARGE_MS = 180_000;

it("import.meta.glob expands 5,000 files", { timeout: LARGE_MS }, async () => {
  const modules = many(5_000, (n) => [`src/m/${n}.ts`, `export default ${n};`]);
  const code = "console.log(import.meta.glob('./m/*.ts', { eager: true }));";
  await expectBuild({ ...main(code), ...modules }, { ok: true });
});

it("a project may have 10,000 modules", { timeout: LARGE_MS }, async () => {
  const modules = many(10_000, (n) => [`src/m/${n}.ts`, `console.log(${n});`]);
  await expectBuild({ ...main(times(10_000, (n) => `import './m/${n}';`).join("\n")), ...modules }, { ok: true });
});

const chain = (length: number): Files => ({
  ...main("import './m/0';"),
  ...many(length, (n) => [`src/m/${n}.ts`, n < length - 1 ? `import './${n + 1}'; console.log(${n});` : ""]),
});

it("10,000 modules in one chain are an error before the bundler reads them", { timeout: LARGE_MS }, async () => {
  await expectBuild(chain(10_000), { ok: false, says: "More than 7,000 modules import each other in one chain" });
});

it("the bundler is started again after a chain of modules that it cannot follow", { timeout: LARGE_MS }, async () => {
  await expectBuild(chain(6_990), { ok: false, says: "The bundler cannot follow this project" });
});
