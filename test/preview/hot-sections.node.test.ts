import { describe, expect, it } from "vitest";
import { sectionsPart } from "../../preview/gateway/hot/sections.ts";

type Bundle = { owners: Map<string, string> };
type Sections = {
  readBundle(text: string): Bundle;
  planUpdate(
    old: Bundle,
    fresh: Bundle,
    isComponent: (name: string) => boolean,
  ): { modules: { path: string }[]; reached: Set<string> } | null;
};

const script = `${sectionsPart()}\nexport { readBundle, planUpdate };`;
const { readBundle, planUpdate }: Sections = await import(`data:text/javascript,${encodeURIComponent(script)}`);

const modules = {
  "node/react": "var React = make();",
  "src/theme.tsx": "var Theme = React.createContext(null);\nfunction Provider() {\n  return Theme;\n}",
  "src/format.ts": "function format(value) {\n  return String(value);\n}",
  "src/list.tsx": "var rows = [1, 2];\nfunction List() {\n  return format(rows.length) + Theme;\n}",
  "src/page.tsx": "function Page() {\n  const title = document.title;\n  return [List, title, Provider];\n}",
  "src/root.ts": 'var root = "body";',
  "src/main.tsx": "createRoot(document.querySelector(root)).render(Page);",
};
const bundleOf = (contents: Record<string, string>) =>
  readBundle(
    `var __defProp = Object.defineProperty;\n\n${Object.entries(contents)
      .map(([path, code]) => `// ${path}\n${code}\n`)
      .join("\n")}`,
  );

/** The modules that are evaluated after these changes, for variables of which the capitalised ones but `Theme` are components. */
function planned(changed: Record<string, string>, before: Record<string, string> = modules) {
  const plan = planUpdate(bundleOf(before), bundleOf({ ...before, ...changed }), (name) =>
    /^(?!Theme)[A-Z]/.test(name),
  );
  return plan?.modules.map(({ path }) => path);
}

describe("the modules of a newer bundle that a page evaluates", () => {
  it("A changed component is evaluated alone", () => {
    expect(planned({ "src/list.tsx": `${modules["src/list.tsx"]}\nList.displayName = "All";` })).toEqual([
      "src/list.tsx",
    ]);
  });

  it("A changed function is evaluated with the modules that call it, up to their components", () => {
    expect(planned({ "src/format.ts": "function format(value) {\n  return value;\n}" })).toEqual([
      "src/format.ts",
      "src/list.tsx",
    ]);
  });

  it("A changed module of a context and a component is evaluated with the modules that use the context", () => {
    const theme = modules["src/theme.tsx"].replace("null", '"dark"');
    expect(planned({ "src/theme.tsx": theme })).toEqual(["src/theme.tsx", "src/list.tsx"]);
  });

  it("Names that modules share as properties alone do not join them", () => {
    const before = {
      ...modules,
      "src/other.ts": "var other = { length: 1 };\nfunction read(one) {\n  return one.rows.format;\n}",
    };
    expect(planned({ "src/list.tsx": modules["src/list.tsx"].replace("1, 2", "3") }, before)).toEqual(["src/list.tsx"]);
  });

  it("A module that uses a name which another module has now is evaluated", () => {
    const before = {
      "src/a.tsx": "function A() {\n}",
      "src/b.tsx": "var helper = 1;\nfunction B() {\n}",
      "src/c.tsx": "function C() {\n  helper();\n}",
    };
    const changed = { "src/a.tsx": "var helper = 2;\nfunction A() {\n}", "src/b.tsx": "function B() {\n}" };
    expect(planned(changed, before)).toEqual(["src/a.tsx", "src/b.tsx", "src/c.tsx"]);
  });

  it("A module is not evaluated because the packages that it imports have other hashes", () => {
    const importing = (hash: string) =>
      `import { make } from "/__edgesmith/built/make-${hash}.js";\nmake(document.body);`;
    const before = { ...modules, "src/main.tsx": importing("ABC") };
    const changed = { "src/list.tsx": modules["src/list.tsx"].replace("1, 2", "3"), "src/main.tsx": importing("DEF") };
    expect(planned(changed, before)).toEqual(["src/list.tsx"]);
  });

  it("A new module is evaluated with the one that imports it", () => {
    const changed = { "src/new.tsx": "function New() {\n}", "src/page.tsx": "function Page() {\n  return New;\n}" };
    expect(planned(changed)).toEqual(["src/page.tsx", "src/new.tsx"]);
  });
});

describe("a newer bundle that a page does not take", () => {
  it.each([
    ["the module that makes the root has changed", { "src/main.tsx": "createRoot(document.body).render([Page]);" }],
    ["a changed value is used by the module that makes the root", { "src/root.ts": 'var root = "other";' }],
    [
      "a changed module has a statement that does something",
      { "src/list.tsx": 'addEventListener("load", () => {\n});' },
    ],
    ["a changed module starts a clock in a variable", { "src/list.tsx": "var clock = setInterval(() => {\n});" }],
    [
      "the build has several scripts",
      { "src/list.tsx": 'var load = () => import("/__edgesmith/built/chunk-ABC123.js");' },
    ],
  ])("It is left where %s", (_why, changed) => {
    expect(planned(changed)).toBeUndefined();
  });
});
