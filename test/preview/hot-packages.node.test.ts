import { describe, expect, it } from "vitest";
import { packageChunksPart } from "../../preview/gateway/hot/package-chunks.ts";
import { packagesPart } from "../../preview/gateway/hot/packages.ts";
import { SCOPE_LINE } from "../../preview/gateway/hot/page-part.ts";
import { sectionsPart } from "../../preview/gateway/hot/sections.ts";

type Exports = Record<string, unknown>;
type Linking = {
  hot: { scopes: Map<string, (code: string) => unknown>; modules: Record<string, Exports> };
  linkPackages(
    addresses: string[],
    all: string[],
    first: Set<string>,
    read: (address: string) => Promise<string>,
  ): Promise<void>;
};

const script = `const hot = { scopes: new Map(), modules: {} };\nglobalThis.__edgesmithHot = hot;
${sectionsPart()}${packageChunksPart()}${packagesPart()}\nexport { hot, linkPackages };`;

/** A page that has loaded these scripts, and the function that gives it others. */
async function pageWith(loaded: Record<string, string>) {
  const address = `data:text/javascript,${encodeURIComponent(`${script}\n// ${crypto.randomUUID()}`)}`;
  const { hot, linkPackages }: Linking = await import(address);
  for (const [one, code] of Object.entries(loaded)) {
    const body = code.replaceAll(/^(?:import|export) .*$/gm, "");
    const names = [...code.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)];
    const bound = names.map(
      ([, list = "", from = ""]) => `const { ${list.replaceAll(" as ", ": ")} } = modules[${JSON.stringify(from)}];`,
    );
    const exported = /^export \{ (.*) \};$/m.exec(code)?.[1]?.replaceAll(/([\w$]+) as ([\w$]+)/g, "$2: $1") ?? "";
    const made = new Function(
      "modules",
      `"use strict";\n${bound.join("\n")}\n${body}\nreturn { scope: (code) => eval(code), exported: { ${exported} } };`,
    );
    const { scope, exported: all }: { scope: (code: string) => unknown; exported: Exports } = made(hot.modules);
    hot.scopes.set(one, scope);
    hot.modules[one] = all;
  }
  const link = async (newer: Record<string, string>, address: string): Promise<Exports> => {
    const all = { ...loaded, ...newer };
    await linkPackages(
      [address],
      Object.keys(newer),
      new Set(Object.keys(loaded)),
      async (one) => `${all[one]}${SCOPE_LINE}`,
    );
    return hot.modules[address] ?? {};
  };
  return { modules: hot.modules, link };
}

const core = `// node_modules/core/index.js
var count = 0;
var shared = {};
function next() {
  return ++count;
}
export { next, shared };
`;
const icons = `import { shared } from "/core-A.js";

// node_modules/icons/make.js
var make = (name) => ({ name, shared });

// node_modules/icons/plus.js
var __icon = "plus";
var Plus = make(__icon);
export { Plus };
`;
const loaded = { "/core-A.js": core, "/icons-A.js": icons };

describe("the packages that a newer build imports", () => {
  it("A further export of a package is made of the package's modules in the page", async () => {
    const { modules, link } = await pageWith(loaded);
    const newer = icons.replace(
      "export { Plus }",
      '\n// node_modules/icons/trash.js\nvar __icon2 = "trash";\nvar Trash = make(__icon2);\nexport { Plus, Trash }',
    );
    const exported = await link({ "/icons-B.js": newer }, "/icons-B.js");
    expect(exported).toEqual({ Plus: modules["/icons-A.js"]?.Plus, Trash: { name: "trash", shared: {} } });
    expect(exported.Plus).toBe(modules["/icons-A.js"]?.Plus);
    expect(exported.Trash).toHaveProperty("shared", modules["/core-A.js"]?.shared);
  });

  it("A module whose variables have other numbers is still the one in the page", async () => {
    const { modules, link } = await pageWith(loaded);
    const newer = icons
      .replace(
        "// node_modules/icons/plus.js",
        '// node_modules/icons/add.js\nvar __icon = "add";\nvar Add = make(__icon);\n\n// node_modules/icons/plus.js',
      )
      .replace('__icon = "plus"', '__icon2 = "plus"')
      .replace("Plus = make(__icon)", "Plus = make(__icon2)")
      .replace("{ Plus }", "{ Add, Plus }");
    const exported = await link({ "/icons-B.js": newer }, "/icons-B.js");
    expect(exported.Plus).toBe(modules["/icons-A.js"]?.Plus);
    expect(exported.Add).toHaveProperty("name", "add");
  });

  it("A further function of a module works on the module's own variables, in every later build too", async () => {
    const { modules, link } = await pageWith(loaded);
    const again = core.replace("export { next", "function repeat() {\n  return count;\n}\nexport { repeat, next");
    const { repeat } = (await link({ "/core-B.js": again }, "/core-B.js")) as { repeat: () => number };
    const { next } = modules["/core-A.js"] as { next: () => number };
    next();
    expect(repeat()).toBe(1);
    const more = again.replace("export {", "function reset() {\n  count = 0;\n  return repeat();\n}\nexport { reset,");
    const { reset } = (await link({ "/core-C.js": more }, "/core-C.js")) as { reset: () => number };
    expect([reset(), repeat(), next()]).toEqual([0, 0, 1]);
  });

  it("A new package that shares a module with another script than before gets the instance of the page", async () => {
    const { modules, link } = await pageWith({ "/core-A.js": core });
    const moved = {
      "/shared-B.js": core,
      "/new-B.js":
        'import { next as next2, shared } from "/shared-B.js";\n\n// node_modules/new/index.js\nvar own = next2;\nexport { own as default, shared };\n',
    };
    const exported = await link(moved, "/new-B.js");
    expect(exported.shared).toBe(modules["/core-A.js"]?.shared);
    expect(exported.default).toBe(modules["/core-A.js"]?.next);
  });

  it("A package in another version is refused, also where no changed module imports it", async () => {
    const { link } = await pageWith(loaded);
    const newer = {
      "/core-B.js": core.replace("++count", "count++"),
      "/icons-B.js": icons.replace("Plus };", "Plus, make };"),
    };
    await expect(link(newer, "/icons-B.js")).rejects.toThrow(/another version of node_modules\/core/);
  });

  it.each([
    ["imports a script later", 'var load = () => import("/later.js");', /imports a script later/],
    ["is told from another by a number alone", "var size1 = 1;\nvar size2 = 1;", /told apart by a number/],
    ["exports all of another script", 'export * from "/later.js";', /cannot be read/],
  ])("A script is refused, so that the page is replaced, when a statement %s", async (_, code, message) => {
    const { link } = await pageWith({ "/core-A.js": core.replace("var shared", "var size3 = 1;\nvar shared") });
    const newer = core.replace("var shared", `${code}\nvar shared`);
    await expect(link({ "/core-B.js": newer }, "/core-B.js")).rejects.toThrow(message);
  });
});
