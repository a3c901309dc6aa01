// A bundle with shortened barrels equals the bundle with whole ones byte for byte, from fewer modules.
import { expect, it } from "vitest";
import { type Bundled, bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";
import type { PackageUse } from "../../preview/project/package-imports.ts";
import { SlimBarrels, withSlimBarrels } from "../../preview/project/slim-barrels.ts";

type Files = Record<string, string>;

const ICONS = 30;
const iconNumbers = Array.from({ length: ICONS }, (_, index) => index);
/** A package of thirty modules behind a barrel. */
const icons = (manifest: object, barrel: string): Files => ({
  "icons/package.json": JSON.stringify({ name: "icons", type: "module", main: "index.js", ...manifest }),
  "icons/index.js": barrel,
  ...Object.fromEntries(
    iconNumbers.map((n) => [`icons/icon-${n}.js`, `export default "icon ${n}"; export const size${n} = ${n};`]),
  ),
});
const PURE = { sideEffects: false };
const named = iconNumbers.map((n) => `export { default as Icon${n}, size${n} } from "./icon-${n}.js";`).join("\n");
const starred = iconNumbers
  .map((n) => `export { default as Icon${n} } from "./icon-${n}.js"; export * from "./icon-${n}.js";`)
  .join("\n");
const listed = `${iconNumbers.map((n) => `import * as all${n} from "./icon-${n}.js";`).join("\n")}
export { ${iconNumbers.map((n) => `all${n} as Icon${n}`).join(", ")} };`;

type Made = { bundled: Bundled; modules: string[]; scripts: string[] };

/** Bundles a module that exports names of packages, once with short barrels and once with whole ones. */
async function both(packages: Files, names: string[], specifier = "icons"): Promise<{ slim: Made; whole: Made }> {
  const project = mountProject(new Map(), {
    root: "",
    publicFolder: null,
    compilerOptions: {},
    packages: [],
    workspace: new Map(),
    filesOf: async () => new Map(),
  });
  try {
    for (const [path, content] of Object.entries(packages))
      project.files.put(`${project.files.root}/node_modules/${path}`, content);
    const entry = `${project.files.root}/entries/entry.js`;
    project.files.put(entry, `export { ${names.join(", ")} } from "${specifier}";`);
    const build = () =>
      bundle(project, {
        side: "client",
        mode: "development",
        entries: [entry],
        publicPath: "/",
        define: {},
        missing: new Map(),
      });
    const made = (bundled: Bundled): Made => ({
      bundled,
      modules: Object.keys(bundled.built?.metafile.inputs ?? {}).filter((path) => path.includes("icon-")),
      scripts: (bundled.built?.outputFiles ?? []).filter(({ path }) => path.endsWith(".js")).map(({ text }) => text),
    });
    const uses = new Map<string, PackageUse>([[specifier, { names: new Set(names), namespace: false }]]);
    const slim = made(await withSlimBarrels(await SlimBarrels.of(project, uses, "development"), build));
    return { slim, whole: made(await build()) };
  } finally {
    project.release();
  }
}

const reading = (code: string, barrel = named): Files => ({
  ...icons(PURE, barrel),
  "reader/package.json": JSON.stringify({ name: "reader", main: "index.js", sideEffects: false }),
  "reader/index.js": code,
});

// biome-ignore format: one case a line
it.each<[string, Files, string[], number, string?]>([
  ["named re-exports", icons(PURE, named), ["Icon1", "Icon2"], 2],
  ["a directive and comments", icons(PURE, `"use client";\n/* icons */\n${named}\n// end`), ["Icon1"], 1],
  ["re-exports of everything", icons(PURE, starred), ["Icon3", "size4"], 2],
  ["modules as objects", icons(PURE, listed), ["Icon5"], 1],
  ["exports by condition", icons({ ...PURE, exports: { ".": { import: "./index.js" } } }, named), ["Icon1"], 1],
  ["style sheets with side effects", icons({ sideEffects: ["*.css"] }, named), ["Icon1"], 1],
  ["another package that imports names", reading('import { Icon7 } from "icons"; export const x = Icon7;'), ["x"], 1, "reader"],
  ["another package that passes on names", reading('export { Icon8 as x } from "icons";'), ["x"], 1, "reader"],
  ["a package beyond a folder with a manifest", {
    ...reading('import { Icon7 } from "icons/all"; import { Icon1 } from "icons"; export const x = Icon7 + Icon1;'),
    "icons/all/package.json": '{"module":"../index.js","sideEffects":false}',
  }, ["x"], 2, "reader"],
])("slimBarrels reads no unused module of a barrel: %s", async (_, packages, names, modules, specifier) => {
  const { slim, whole } = await both(packages, names, specifier);
  expect(whole.scripts.length).toBeGreaterThan(0);
  expect(slim.scripts).toEqual(whole.scripts);
  expect(whole.modules.length).toBe(ICONS);
  expect(slim.modules.length).toBe(modules);
});

// biome-ignore format: one case a line
it.each<[string, Files, string[], string?]>([
  ["modules with side effects", icons({}, named), ["Icon1"]],
  ["some modules with side effects", icons({ sideEffects: ["./icon-1.js"] }, named), ["Icon1"]],
  ["code of its own", icons(PURE, `${named}\nexport const mine = 1;`), ["Icon1"]],
  ["a package that imports all of it", reading('import * as all from "icons"; export const x = Object.keys(all);'), ["x"], "reader"],
  ["a package that requires it", reading('const all = require("icons"); module.exports = { x: Object.keys(all) };'), ["x"], "reader"],
  ["a package that imports it late", reading('export const x = import("icons");'), ["x"], "reader"],
])("slimBarrels reads a whole barrel: %s", async (_, packages, names, specifier) => {
  const { slim, whole } = await both(packages, names, specifier);
  expect(whole.scripts.length).toBeGreaterThan(0);
  expect(slim.scripts).toEqual(whole.scripts);
  expect(slim.modules.length).toBe(ICONS);
});

it("a name that a barrel does not export is the same error as with the whole barrel", async () => {
  const { slim, whole } = await both(icons(PURE, named), ["Icon1", "Icon99"]);
  expect(whole.bundled.built).toBeNull();
  expect(slim.bundled).toEqual(whole.bundled);
});
