// Bundles in parts run as the same bundle in one piece does. Node's own esbuild bundles, over a folder on disk.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildResult, build, transform } from "esbuild";
import { afterAll, expect, it } from "vitest";
import { MountedFiles } from "../../preview/engine/mounted-files.ts";
import { bundleInParts } from "../../preview/project/bundle-in-parts.ts";
import type { PackageUse } from "../../preview/project/package-imports.ts";
import type { PartOptions } from "../../preview/project/part-options.ts";

type Files = Record<string, string>;
type Made = { scripts: Map<string, string>; log: unknown; modules: string[][]; rooms: number; held: string[] };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const TINY = { whole: 0, part: 1 };
/** Parts whose scripts become one again as far as pages load them first. */
const JOINED = { ...TINY, joined: 1_000_000 };
const WHOLE = { whole: Number.POSITIVE_INFINITY, part: 1 };

/** Bundles `app.js`, and runs it: its export `log` has the notes of the modules. */
async function made(
  packages: Files,
  app: string,
  limits: { whole: number; part: number; joined?: number },
): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-parts-"));
  folders.push(folder);
  const files = new MountedFiles(folder);
  const paths = new Set<string>();
  const put = (path: string, code: string): void => {
    files.put(join(folder, path), code);
    paths.add(join(folder, path));
  };
  const mount = files.put.bind(files);
  files.put = (path, content) => {
    if (path.includes("/joined/")) paths.add(path);
    mount(path, content);
  };
  const names = new Set(Object.keys(packages).map((path) => path.slice(0, path.indexOf("/"))));
  for (const name of names) {
    const own = Object.entries(packages).filter(([path]) => path.startsWith(`${name}/`));
    const contents = own.map(([path, code]) => [path.slice(name.length + 1), new TextEncoder().encode(code)] as const);
    files.putFolder(join(folder, "node_modules", name), async () => contents.map(([path, content]) => [path, content]));
    for (const [path] of own) paths.add(join(folder, "node_modules", path));
  }
  put("app.js", app);
  const modules: string[][] = [];
  const bundle = async (entries: string[], { external, entryNames, minify, chunkName = "chunk" }: PartOptions) => {
    for (const path of [...paths, ...entries]) {
      mkdirSync(dirname(path), { recursive: true });
      await files.loading(path);
      writeFileSync(path, (await files.read(path)) ?? "");
    }
    const built: BuildResult<{ write: false; metafile: true }> = await build({
      absWorkingDir: folder,
      entryPoints: entries,
      outdir: join(folder, "out"),
      entryNames: entryNames ?? "[name]-[hash]",
      chunkNames: `${chunkName}-[hash]`,
      publicPath: "/__edgesmith/built/",
      external: external ?? [],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      conditions: ["module", "production"],
      ...(minify === "later" ? { minifySyntax: true } : { minify: true }),
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    modules.push(Object.keys(built.metafile.inputs));
    return { built, diagnostics: [], ...(minify === "later" ? { minifyFor: ["es2022"] } : {}) };
  };
  const specifiers = [...app.matchAll(/(?:from |import |import\()"([^."][^"]*)"/g)].map(([, one = ""]) => one);
  const uses = new Map<string, PackageUse>(
    specifiers.map((one) => [one, { names: new Set(app.includes(`import("${one}")`) ? [] : ["a"]), namespace: true }]),
  );
  let rooms = 0;
  const makeRoom = async (): Promise<void> => {
    rooms += 1;
  };
  const minified = async (code: string, target: string[]): Promise<string> =>
    (await transform(code, { minify: true, format: "esm", target })).code;
  const minifier = { script: minified, sheet: minified };
  const input = { project: { files }, uses, mode: "production" as const, key: "01234567", limits, makeRoom, minifier };
  const { built } = await bundleInParts([join(folder, "app.js")], input, bundle);
  const scripts = new Map<string, string>();
  mkdirSync(join(folder, "out"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const { path, text } of built?.outputFiles ?? []) {
    scripts.set(path.slice(path.lastIndexOf("/") + 1), text);
    writeFileSync(path, text.replaceAll("/__edgesmith/built/", "./"));
  }
  const entry = [...scripts.keys()].find((name) => name.startsWith("app-")) ?? "";
  const { log } = (await import(pathToFileURL(join(folder, "out", entry)).href)) as { log: unknown };
  const held = [...paths].filter((path) => isHeld(files, path)).map((path) => path.slice(folder.length + 1));
  return { scripts, log: await log, modules, rooms, held };
}

/** Whether a file's content is in memory: the size of others is not known. */
function isHeld(files: MountedFiles, path: string): boolean {
  const found = files.stat(path);
  return found !== null && found !== "folder" && found.size > 1;
}

const pure = (name: string): Files => ({
  [`${name}/package.json`]: JSON.stringify({ name, type: "module", main: "index.js", sideEffects: false }),
});
const impure = (name: string): Files => ({
  [`${name}/package.json`]: JSON.stringify({ name, type: "module", main: "index.js" }),
});
const common = (name: string): Files => ({ [`${name}/package.json`]: JSON.stringify({ name, main: "index.js" }) });
const LOG = "(globalThis.noted ??= []).push";

// biome-ignore format: one case a line
const CASES: [string, Files, string][] = [
  ["modules that import names of each other in a line", { ...pure("one"), "one/index.js": `export { b as default, c } from "./b.js"; export const a = 1;`, "one/b.js": `import { c } from "./c.js"; export { c }; export const b = c + 1;`, "one/c.js": "export const c = 3; export const unused = 'nobody uses this';" }, `import b, { a, c } from "one"; export const log = [a, b, c];`],
  ["modules in a circle", { ...pure("one"), "one/index.js": `import { b } from "./b.js"; export const a = () => 1; export const c = () => b() + 1;`, "one/b.js": `import { a } from "./index.js"; export const b = () => a() + 1;` }, `import { c } from "one"; export const log = c();`],
  ["live bindings", { ...impure("one"), "one/index.js": `import { n, add } from "./n.js"; export const a = () => { add(); return n; };`, "one/n.js": "export let n = 0; export const add = () => { n += 1; };" }, `import { a } from "one"; a(); export const log = a();`],
  ["one module that two packages import, which is evaluated once", { ...impure("one"), ...impure("two"), ...impure("shared"), "shared/index.js": `${LOG}("shared"); export const state = {};`, "one/index.js": `import { state } from "shared"; export const a = state;`, "two/index.js": `import { state } from "shared"; export const a = state;` }, `globalThis.noted = []; import { a } from "one"; import { a as b } from "two"; export const log = [a === b, globalThis.noted?.length ?? 0];`],
  ["side effects in their order", { ...impure("one"), "one/index.js": `import "./first.js"; import "./second.js"; export const a = globalThis.order.join();`, "one/first.js": `globalThis.order = ["first"];`, "one/second.js": `globalThis.order.push("second"); export {};` }, `import { a } from "one"; export const log = a;`],
  ["CommonJS below an ES module", { ...impure("one"), ...common("two"), ...common("three"), "one/index.js": `import two, { three } from "two"; import * as all from "three"; export const a = [two.name, three, all.default === three, Object.keys(all).sort()];`, "two/index.js": `exports.name = "two"; exports.three = require("three");`, "three/index.js": `module.exports = { x: 1, y: 2 };` }, `import { a } from "one"; export const log = JSON.stringify(a);`],
  ["a compiled ES module with a default", { ...common("two"), "two/index.js": `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "its default"; exports.a = "its name";` }, `import two, { a } from "two"; export const log = [two, a];`],
  ["CommonJS that requires one of two modules", { ...common("two"), "two/index.js": `if (globalThis.never) module.exports = require("./never.js"); else module.exports = require("./always.js");`, "two/never.js": `throw new Error("evaluated");`, "two/always.js": "exports.a = 5;" }, `import { a } from "two"; export const log = a;`],
  ["CommonJS that requires an ES module", { ...common("two"), ...impure("one"), "one/index.js": "export const a = 7; export default 8;", "two/index.js": `exports.a = [require("one").a, require("one").default];` }, `import { a } from "two"; import { a as b } from "one"; export const log = [a, b];`],
  ["everything of another package", { ...pure("one"), ...pure("two"), "one/index.js": `export * from "two"; export * from "./own.js";`, "one/own.js": "export const own = 4; export const both = 1;", "two/index.js": "export const a = 2; export const both = 2; export default 9;" }, `import * as one from "one"; export const log = JSON.stringify(one);`],
  ["a name that comes by two ways and one that comes from two modules", { ...impure("one"), "one/index.js": `export * from "./b.js"; export * from "./c.js"; export const a = 1;`, "one/b.js": `export * from "./d.js"; export const both = 1;`, "one/c.js": `export { d } from "./d.js"; export const both = 2; export const c = 3;`, "one/d.js": "export const d = 4;" }, `import { a, d } from "one"; import * as all from "one"; export const log = [a, d, Object.keys(all)];`],
  ["everything of a CommonJS module", { ...impure("one"), ...common("two"), "one/index.js": `export * from "two";`, "two/index.js": "exports.a = 3;" }, `import { a } from "one"; export const log = a;`],
  ["imports that come later", { ...impure("one"), ...impure("late"), ...common("two"), "one/index.js": `export const a = () => import("late");`, "late/index.js": `import { a } from "two"; export const b = a; export default 1;`, "two/index.js": "exports.a = 6;" }, `import { a } from "one"; export const log = Promise.all([a(), import("two")]).then(([late, two]) => [late.b, late.default, two.default.a]);`],
  ["a script that says something of a module and its exports and is none", { ...impure("one"), "one/index.js": `import "./note.js"; export const a = globalThis.note;`, "one/note.js": `// This module exports nothing, and needs no require().\nglobalThis.note = "noted";` }, `import { a } from "one"; export const log = a;`],
  ["an await of a module", { ...impure("one"), "one/index.js": `import { b } from "./b.js"; export const a = b;`, "one/b.js": "export const b = await Promise.resolve(11);" }, `import { a } from "one"; export const log = a;`],
  ["a module that the package's browser field names", { "one/package.json": JSON.stringify({ name: "one", type: "module", main: "index.js", browser: { "./node.js": "./browser.js" } }), "one/index.js": `import { a } from "./node.js"; import { b } from "./b.js"; export { a, b };`, "one/b.js": `import { a } from "./node.js"; export const b = a;`, "one/node.js": `export const a = "node";`, "one/browser.js": `export const a = "browser";` }, `import { a, b } from "one"; export const log = [a, b];`],
];

it.each(CASES)("a bundle in parts runs as in one piece: %s", async (_, packages, app) => {
  const [parts, whole] = [await made(packages, app, TINY), await made(packages, app, WHOLE)];
  expect(parts.log).toEqual(whole.log);
  expect(whole.modules).toHaveLength(1);
  expect(parts.modules.length).toBeGreaterThan(1);
  expect(parts.modules.filter((paths) => paths.includes("app.js"))).toHaveLength(1);
});

it.each(CASES)(
  "a bundle in parts whose scripts are joined again runs as in one piece: %s",
  async (_, packages, app) => {
    const [joined, whole] = [await made(packages, app, JOINED), await made(packages, app, WHOLE)];
    expect(joined.log).toEqual(whole.log);
    const names = [...joined.scripts.keys()];
    expect(names.filter((name) => name.endsWith("-first.js")).length).toBeLessThan(2);
  },
);

it("a bundle in parts leaves out what nobody uses, and modules that only unused code imports", async () => {
  const packages = {
    ...pure("one"),
    "one/index.js": `export { a } from "./a.js"; export { b } from "./b.js";`,
    "one/a.js": `import { used } from "./c.js"; export const a = used;`,
    "one/b.js": `import { large } from "./large.js"; export const b = large;`,
    "one/c.js": `export const used = "used"; export const other = "nobody uses this";`,
    "one/large.js": `export const large = "this is large";`,
  };
  const { scripts, log, modules } = await made(packages, `import { a } from "one"; export const log = a;`, TINY);
  expect(log).toBe("used");
  expect([...scripts.values()].join("\n")).not.toMatch(/nobody|large/);
  expect(modules.at(-1)).not.toContain("node_modules/one/large.js");
});

it("A bundle in parts leaves out a name that nobody uses although its short form is a word of a script", async () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].join(" ");
  const packages = {
    ...pure("one"),
    "one/index.js": `import { b, c } from "./b.js"; export const a = "${letters} " + c; export const other = () => b();`,
    "one/b.js": `export const b = () => "nobody uses this"; export const c = "used";`,
  };
  const { scripts, log } = await made(packages, `import { a } from "one"; export const log = a;`, TINY);
  expect(log).toBe(`${letters} used`);
  expect([...scripts.values()].join("\n")).not.toContain("nobody");
});

it("Scripts that become one again may pass on the same names, and export them by short ones", async () => {
  const packages = {
    ...impure("one"),
    "one/index.js": `import { shared } from "./shared.js"; export { shared }; export const a = () => import("./late.js"); export const own = () => shared();`,
    "one/late.js": `import { shared } from "./shared.js"; export const late = () => shared() + 1;`,
    "one/shared.js": `// ${"long ".repeat(1_000)}\nlet count = 0; export const shared = () => (count += 1);`,
  };
  const app = `import { a, own, shared } from "one"; export const log = a().then(({ late }) => [own(), shared(), late()]);`;
  const { scripts, log } = await made(packages, app, { whole: 0, part: 2_500, joined: 1_000_000 });
  expect(log).toEqual([1, 2, 4]);
  const names = [...scripts.keys()];
  expect(names.filter((name) => /^package-01234567-\d+-(?:0|first)\.js$/.test(name))).toEqual([
    "package-01234567-0-first.js",
  ]);
  const importer = [...scripts].find(([name]) => name.startsWith("app-"))?.[1] ?? "";
  expect(importer).toMatch(/package-01234567-0-first\.js/);
  expect(importer).not.toMatch(/[{,]\$part/);
});

it("A later import loads no script that does nothing but lead to another part's", async () => {
  const packages = {
    ...impure("one"),
    "one/index.js": `import { n } from "./n.js"; export const a = async () => { await import("./effect.js"); const { other } = await import("./names.js"); return [globalThis.effect, n, other]; };`,
    "one/n.js": `// ${"long ".repeat(1_000)}\nexport const n = 1;`,
    "one/names.js": `import { n } from "./n.js"; import "./first.js"; export { n as other };`,
    "one/first.js": "globalThis.first = 0;",
    "one/effect.js": `// ${"long ".repeat(1_000)}\nglobalThis.effect = "an effect";`,
  };
  const app = `import { a } from "one"; export const log = a().then((noted) => [...noted, globalThis.first]);`;
  const { scripts, log } = await made(packages, app, TINY);
  expect(log).toEqual(["an effect", 1, 1, 0]);
  const forwarding = [...scripts].filter(([, text]) => /^(?:import"[^"]*";\s*)+$/.test(text));
  expect(forwarding).toEqual([]);
  const own = [...scripts.keys()].filter((name) => /^package-01234567-\d+-\d+\.js$/.test(name));
  expect(own).toHaveLength(Object.keys(packages).filter((path) => !/names|package/.test(path)).length);
});

it("a module that is imported later is no part of a script that loads first", async () => {
  const packages = {
    ...impure("one"),
    ...impure("late"),
    "one/index.js": `import { s } from "./shared.js"; export const a = () => import("late"); export { s };`,
    "one/shared.js": `export const s = "shared";`,
    "late/index.js": `import { s } from "../one/shared.js"; export const b = s + " and late";`,
  };
  const app = `import { a, s } from "one"; export const log = a().then(({ b }) => [s, b]);`;
  const { scripts, log } = await made(packages, app, { whole: 0, part: 1_000_000 });
  expect(log).toEqual(["shared", "shared and late"]);
  const late = [...scripts].filter(([, text]) => text.includes(" and late")).map(([name]) => name);
  const first = [...scripts].filter(([, text]) => text.includes('"shared"')).map(([name]) => name);
  expect(late).toHaveLength(1);
  expect(first).toHaveLength(1);
  expect(first).not.toEqual(late);
});

it("a bundle in parts makes room for itself, and holds no module of packages any more", async () => {
  const packages = {
    ...pure("one"),
    "one/index.js": `export { a } from "./a.js";`,
    "one/a.js": `export const a = "used";`,
    "one/one.umd.js": `globalThis.one = "for pages without modules";`,
    "one/one.css": ".one { color: red; }",
  };
  const app = `import { a } from "one"; export const log = a;`;
  const parts = await made(packages, app, TINY);
  expect(parts.rooms).toBeGreaterThan(0);
  expect(parts.held.filter((path) => path.endsWith("a.js"))).toEqual([]);
  const whole = await made(packages, app, WHOLE);
  expect(whole.rooms).toBe(0);
  expect(whole.held).toEqual(
    Object.keys(packages)
      .map((path) => `node_modules/${path}`)
      .concat("app.js"),
  );
});

it("A module that CommonJS requires counts for the division of an app", async () => {
  const large = `exports.a = ${JSON.stringify("x".repeat(5_000))};`.replaceAll("xxxxxxxx", 'x" +\n"xxxxxx');
  const packages = {
    ...common("two"),
    "two/index.js": `exports.a = require("./large.js").a.length;`,
    "two/large.js": large,
  };
  const app = `import { a } from "two"; export const log = a > 1_000;`;
  const divided = await made(packages, app, { whole: 4_000, part: 1 });
  expect([divided.log, divided.rooms > 0]).toEqual([true, true]);
  expect((await made(packages, app, { whole: 50_000, part: 1 })).rooms).toBe(0);
});

it("A module of a barrel that nobody uses does not count for the division of an app", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const packages = {
    ...pure("one"),
    ...impure("two"),
    "two/index.js": `import { n0 } from "one"; export const a = n0;`,
    "one/index.js": names.map((name) => `export { ${name} } from "./${name}.js";`).join("\n"),
    ...Object.fromEntries(
      names.map((name) => [`one/${name}.js`, `// ${"long ".repeat(100)}\nexport const ${name} = "${name}";`]),
    ),
  };
  const app = `import { a } from "two"; export const log = a;`;
  const { log, modules, rooms } = await made(packages, app, { whole: 2_000, part: 1 });
  expect([log, modules.length, rooms]).toEqual(["n0", 1, 0]);
});
