import { expect, it } from "vitest";
import { importsByFormat } from "../../preview/project/commonjs-interop.ts";
import { setApart, usesBySpecifier, usesIn, withAddresses } from "../../preview/project/package-imports.ts";
import { defaultSettings } from "../../preview/vite/vite-settings.ts";

it.each([
  ["8.3.8", true],
  ["^8.0.0", true],
  ["^8.0.0-beta.3", true],
  ["latest", true],
  [null, true],
  [">=5", true],
  ["^6.0.0 || ^7.0.0 || ^8.0.0", true],
  ["7.3.8", false],
  ["^7.2.0", false],
  ["^5.4.19", false],
  ["6.x", false],
])("importsByFormat of Vite %s is %s", (version, expected) => {
  expect(importsByFormat(defaultSettings(), () => version)).toBe(expected);
});

it("importsByFormat honours legacy.inconsistentCjsInterop of Vite 8", () => {
  expect(importsByFormat({ ...defaultSettings(), inconsistentInterop: true }, () => "8.3.8")).toBe(false);
});

it("setApart keeps imports of a package by scripts of both kinds apart, and both lead to their own module", () => {
  const modules = new Set(["slick"]);
  const meant = (specifier: string) => specifier;
  const code = 'import a from "slick"; const b = import("slick");';
  const stated = setApart(code, modules, meant, "module");
  expect(stated).toBe(
    'import a from "edgesmith-package:by-format:slick"; const b = import("edgesmith-package:by-format:slick");',
  );
  // Node's formats make a difference for import() alone where the format is CommonJS.
  expect(setApart(code, modules, meant, "commonjs")).toBe(
    'import a from "edgesmith-package:slick"; const b = import("edgesmith-package:by-format:slick");',
  );
  const both = `${stated}\nimport { c } from "edgesmith-package:slick";`;
  const uses = new Map();
  usesIn(both, modules, uses);
  expect([...uses.keys()]).toEqual(["by-format:slick", "slick"]);
  expect(usesBySpecifier(uses)).toEqual(new Map([["slick", { names: new Set(["default", "c"]), namespace: true }]]));
  const addresses = new Map([
    ["by-format:slick", "/stated.js"],
    ["slick", "/slick.js"],
  ]);
  expect(withAddresses(both, addresses)).toBe(
    'import { default as a } from "/stated.js"; const b = import("/stated.js").then((module) => module.__namespace);\nimport { c } from "/slick.js";',
  );
});
