import { expect, it } from "vitest";
import { cssModuleImports } from "../../preview/project/css-module-imports.ts";

it("The imports of packages in a sheet that a CSS module imports stand before all rules, with the conditions of both", () => {
  const sheets: Record<string, string> = {
    "src/card.module.css": '@import "./parts/base.css";\n@import "./wide.css" print;\n.card { top: 1px }',
    "src/parts/base.css": '@import "kit/style.css";\n@import "./absent.css";\n.base { top: 2px }',
    "src/wide.css": '@import "kit/wide.css";\n.wide { top: 3px }',
  };
  const made = cssModuleImports(Object.keys(sheets), (path) => sheets[path] ?? null).get("src/card.module.css") ?? "";
  const lines = made.split("\n").filter((line) => line.trim() !== "");
  expect(lines).toEqual([
    '@import "kit/style.css";',
    '@import "./parts/absent.css";',
    '@import "kit/wide.css" print;',
    ".base { top: 2px }",
    "@media print {",
    ".wide { top: 3px }",
    "}",
    ".card { top: 1px }",
  ]);
});
