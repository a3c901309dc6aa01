import { describe, expect, it } from "vitest";
import { graphPart } from "../../preview/gateway/hot/graph.ts";
import { sectionsPart } from "../../preview/gateway/hot/sections.ts";

type Graph = { modules: Map<string, { path: string }> };
type Plan = { modules: { path: string }[]; effects: string[] };
type Page = { isComponent(name: string): boolean; isPresent(path: string): boolean };
type Parts = {
  readGraph(entry: string, read: (address: string) => Promise<string>): Promise<Graph>;
  planUpdate(old: Graph, fresh: Graph, page: Page): Plan;
};

const script = `${sectionsPart()}${graphPart()}\nexport { readGraph, planUpdate };`;
const { readGraph, planUpdate }: Parts = await import(`data:text/javascript,${encodeURIComponent(script)}`);

const modules = {
  "node/react": "var React = make();",
  "src/theme.tsx": "var Theme = React.createContext(null);\nfunction Provider() {\n  return Theme;\n}",
  "src/format.ts": "function format(value) {\n  return String(value);\n}",
  "src/list.tsx": "var rows = [1, 2];\nfunction List() {\n  return format(rows.length) + Theme;\n}",
  "src/page.tsx": "function Page() {\n  const title = document.title;\n  return [List, title, Provider];\n}",
  "src/root.ts": 'var root = "body";',
  "src/main.tsx": "createRoot(document.querySelector(root)).render(Page);",
};
type Contents = Record<string, string>;
const sectionsOf = (contents: Contents) =>
  Object.entries(contents)
    .map(([path, code]) => `// ${path}\n${code}\n`)
    .join("\n");
const isComponent = (name: string) => /^(?!Theme)[A-Z]/.test(name);

const evaluated = ({ modules, effects }: Plan) => (effects.length > 0 ? undefined : modules.map(({ path }) => path));

/** The modules that are evaluated after these changes, for variables of which the capitalised ones but `Theme` are components. */
async function planned(changed: Contents, before: Contents = modules) {
  const graphOf = (contents: Contents) =>
    readGraph("/index-A.js", async () => `var __defProp = Object.defineProperty;\n\n${sectionsOf(contents)}`);
  const [old, fresh] = [await graphOf(before), await graphOf({ ...before, ...changed })];
  const isPresent = (path: string) => old.modules.has(path);
  return evaluated(planUpdate(old, fresh, { isComponent, isPresent }));
}

describe("the modules of a newer build that a page evaluates", () => {
  it("A changed component is evaluated alone", async () => {
    expect(await planned({ "src/list.tsx": `${modules["src/list.tsx"]}\nList.displayName = "All";` })).toEqual([
      "src/list.tsx",
    ]);
  });

  it("A changed function is evaluated with the modules that call it, up to their components", async () => {
    expect(await planned({ "src/format.ts": "function format(value) {\n  return value;\n}" })).toEqual([
      "src/format.ts",
      "src/list.tsx",
    ]);
  });

  it("A changed module of a context and a component is evaluated with the modules that use the context", async () => {
    const theme = modules["src/theme.tsx"].replace("null", '"dark"');
    expect(await planned({ "src/theme.tsx": theme })).toEqual(["src/theme.tsx", "src/list.tsx"]);
  });

  it("Names that modules share as properties alone do not join them", async () => {
    const before = {
      ...modules,
      "src/other.ts": "var other = { length: 1 };\nfunction read(one) {\n  return one.rows.format;\n}",
    };
    expect(await planned({ "src/list.tsx": modules["src/list.tsx"].replace("1, 2", "3") }, before)).toEqual([
      "src/list.tsx",
    ]);
  });

  it("The id of an element is no use of a variable of that name", async () => {
    const before = {
      "src/title.svelte": "var root = 1;\nfunction Title() {\n}",
      "src/main.ts":
        'mount(Title, { target: document.querySelector("#root"), other: document.getElementById("root") });',
    };
    expect(await planned({ "src/title.svelte": "var root = 2;\nfunction Title() {\n}" }, before)).toEqual([
      "src/title.svelte",
    ]);
  });

  it("What Svelte writes around a component does nothing twice, and the same statements of another module might", async () => {
    const component = (root: number, more = "") =>
      `Title[$.FILENAME] = "/src/Title.svelte";\nvar root = ${root};\nfunction Title() {\n}\nTitle = $.hmr(Title);\n${more}$.delegate(["click"]);`;
    const take = "Title.__hmrTake = (module) => {\n};\n";
    const [path, other] = ["src/Title.svelte", { "src/Title.svelte": component(1, take) }];
    expect(await planned({ [path]: component(2, take) }, other)).toEqual([path]);
    expect(await planned({ [path]: `${component(2, take)}\nregister(Title);` }, other)).toBeUndefined();
    expect(await planned({ [path]: component(2) }, { [path]: component(1) })).toBeUndefined();
  });

  it("A module that uses a name which another module has now is evaluated", async () => {
    const before = {
      "src/a.tsx": "function A() {\n}",
      "src/b.tsx": "var helper = 1;\nfunction B() {\n}",
      "src/c.tsx": "function C() {\n  helper();\n}",
    };
    const changed = { "src/a.tsx": "var helper = 2;\nfunction A() {\n}", "src/b.tsx": "function B() {\n}" };
    expect(await planned(changed, before)).toEqual(["src/a.tsx", "src/b.tsx", "src/c.tsx"]);
  });

  it("A module is not evaluated because the packages that it imports have other hashes", async () => {
    const importing = (hash: string) =>
      `import { make } from "/__edgesmith/built/make-${hash}.js";\nmake(document.body);`;
    const before = { ...modules, "src/main.tsx": importing("ABC") };
    const changed = { "src/list.tsx": modules["src/list.tsx"].replace("1, 2", "3"), "src/main.tsx": importing("DEF") };
    expect(await planned(changed, before)).toEqual(["src/list.tsx"]);
  });

  it("A new module is evaluated with the one that imports it", async () => {
    const changed = { "src/new.tsx": "function New() {\n}", "src/page.tsx": "function Page() {\n  return New;\n}" };
    expect(await planned(changed)).toEqual(["src/page.tsx", "src/new.tsx"]);
  });
});

describe("a newer build that a page does not take", () => {
  it.each([
    ["the module that makes the root has changed", { "src/main.tsx": "createRoot(document.body).render([Page]);" }],
    ["a changed value is used by the module that makes the root", { "src/root.ts": 'var root = "other";' }],
    [
      "a changed module has a statement that does something",
      { "src/list.tsx": 'addEventListener("load", () => {\n});' },
    ],
    ["a changed module starts a clock in a variable", { "src/list.tsx": "var clock = setInterval(() => {\n});" }],
  ])("It is left where %s", async (_why, changed) => {
    expect(await planned(changed)).toBeUndefined();
  });
});

/** A build of an app whose pages are imported later and share a module. */
const split = {
  entry: `import { Title } from "/chunk-A.js";

// src/app.tsx
var Page = lazy(() => $$load("/chunk-B.js"));
var Other = lazy(() => $$load("/chunk-C.js"));
function App() {
  return [Title, Page, Other];
}

// src/main.tsx
createRoot(document.body).render(App);
`,
  "/chunk-A.js": `// src/title.tsx
var level = 1;
function Title() {
  return level;
}

export {
  level,
  Title
};
`,
  "/chunk-B.js": `import { Title as Title2, level } from "/chunk-A.js";

// src/page.tsx
function Page() {
  return [Title2, level];
}
export {
  Page as default
};
`,
  "/chunk-C.js": `import { Title } from "/chunk-A.js";

// src/other.tsx
var count = 1;
function Other() {
  return Title;
}
export {
  count,
  Other as default
};
`,
};

/** The modules that a page evaluates that has loaded all scripts but these, where every script has another hash. */
async function plannedSplit(change: (scripts: typeof split) => Partial<typeof split>, notLoaded: string[] = []) {
  const renamed = (scripts: typeof split) =>
    Object.fromEntries(
      Object.entries(scripts).map(([address, code]) => [
        address.replace(".js", "9.js"),
        code.replaceAll(/chunk-(?<name>.)\.js/g, "chunk-$<name>9.js"),
      ]),
    );
  const graphOf = (scripts: Record<string, string>) =>
    readGraph("/index.js", async (address) => scripts[address === "/index.js" ? "entry" : address] ?? "");
  const [old, fresh] = [await graphOf(split), await graphOf(renamed({ ...split, ...change(split) }))];
  const isPresent = (path: string) => old.modules.has(path) && !notLoaded.includes(path);
  return evaluated(planUpdate(old, fresh, { isComponent, isPresent }));
}

describe("a newer build of several scripts", () => {
  it("A changed page is evaluated alone, though the addresses of all scripts have changed", async () => {
    const change = () => ({ "/chunk-B.js": split["/chunk-B.js"].replace("[Title2", "[null, Title2") });
    expect(await plannedSplit(change)).toEqual(["src/page.tsx"]);
  });

  it("A changed page that was not loaded yet is not evaluated", async () => {
    const change = () => ({ "/chunk-B.js": split["/chunk-B.js"].replace("[Title2", "[null, Title2") });
    expect(await plannedSplit(change, ["src/page.tsx"])).toEqual([]);
  });

  it("A changed value is evaluated with the modules of other scripts that use it, and not with those that use components alone", async () => {
    const change = () => ({ "/chunk-A.js": split["/chunk-A.js"].replace("level = 1", "level = 2") });
    expect(await plannedSplit(change)).toEqual(["src/title.tsx", "src/page.tsx"]);
  });

  it("A changed module that exports more than components is evaluated with the one that imports it later", async () => {
    const change = () => ({ "/chunk-C.js": split["/chunk-C.js"].replace("count = 1", "count = 2") });
    expect(await plannedSplit(change)).toEqual(["src/app.tsx", "src/other.tsx"]);
  });

  it("A module that imports another page later than before is evaluated", async () => {
    const change = () => ({ entry: split.entry.replace("chunk-B", "chunk-C") });
    expect(await plannedSplit(change)).toEqual(["src/app.tsx"]);
  });
});
