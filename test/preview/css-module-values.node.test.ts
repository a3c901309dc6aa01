import { describe, expect, it } from "vitest";
import { cssModuleValues } from "../../preview/project/css-module-values.ts";
import type { Precompiled } from "../../preview/project/precompilation.ts";

function evaluated(files: Record<string, string>, compiled: Map<string, Precompiled> = new Map()) {
  const sources = new Map(Object.entries(files));
  return cssModuleValues(sources, compiled, (path) => sources.get(path) ?? null);
}

describe("values of CSS modules", () => {
  it("A value replaces its name in declarations and conditions, and not in selectors and property names", () => {
    const css =
      "@value color: rgb(1, 2, 3);\n@value wide: (min-width: 9px);\n.color { color: color } @media wide { a:hover { color: red } }";
    const found = evaluated({ "a.module.css": css }).get("a.module.css");
    expect(found?.css.trim()).toBe(".color { color: rgb(1, 2, 3) } @media (min-width: 9px) { a:hover { color: red } }");
    expect(Object.fromEntries(found?.values ?? [])).toEqual({ color: "rgb(1, 2, 3)", wide: "(min-width: 9px)" });
  });

  it("A value of another module comes under its name or another, also through a value with the path", () => {
    const files = {
      "css/a.module.css":
        '@value file: "../theme.module.css";\n@value brand as accent, gap from file;\n.a { color: accent; margin: gap }',
      "theme.module.css": "@value base: red; @value brand: base; @value gap: 4px;",
    };
    expect(evaluated(files).get("css/a.module.css")?.css.trim()).toBe(".a { color: red; margin: 4px }");
  });

  it("A compiled sheet exports its variables by :export, without the rule in the page", () => {
    const module = {
      contents: ".a{color:#fff}:export{primary:#fff;menu-width:210px}",
      loader: "local-css" as const,
      diagnostics: [],
    };
    const compiled = new Map([["v.module.scss", module]]);
    const found = evaluated({ "v.module.scss": ":export { primary: $c; }" }, compiled).get("v.module.scss");
    expect(Object.fromEntries(found?.values ?? [])).toEqual({ primary: "#fff", "menu-width": "210px" });
    expect(compiled.get("v.module.scss")?.contents).toBe(".a{color:#fff}");
  });

  it("Modules that import values from each other end, and plain modules stay as they are", () => {
    const files = {
      "a.module.css": '@value x from "./b.module.css"; @value y: 1px; .a { margin: x }',
      "b.module.css": '@value y from "./a.module.css"; @value x: 2px; .b { margin: y }',
      "c.module.css": ".c { color: red }",
    };
    const found = evaluated(files);
    expect(found.get("a.module.css")?.css.trim()).toBe(".a { margin: 2px }");
    expect(found.has("c.module.css")).toBe(false);
  });
});
