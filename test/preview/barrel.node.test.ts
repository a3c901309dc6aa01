import { expect, it } from "vitest";
import { readBarrel, readExports, readImports, slimBarrel } from "../../preview/project/barrel.ts";

it.each<[string, string[] | "all"]>([
  ['import a from "x"', ["default"]],
  ['import a, { b as c, d } from "x"', ["default", "b", "d"]],
  ['import { default as a } from "x"', ["default"]],
  ['import{a as b}from"x"', ["a"]],
  ['import { "a b" as c } from "x"', ['"a b"']],
  ['import "x"', []],
  ['import * as a from "x"', "all"],
  ['import a, * as b from "x"', "all"],
  ['import("x")', "all"],
  ['export { a as b } from "x"', ["a"]],
  ['export * from "x"', "all"],
  ['export * as a from "x"', "all"],
])("readImports reads the names that %s imports of the module", (statement, names) => {
  expect(readImports(`${statement};\nexport {};`)).toEqual([{ specifier: "x", names }]);
});

it("readImports reads a statement of a megabyte of white space within a second", () => {
  const from = performance.now();
  expect(readImports(`import { a,${" ".repeat(1_000_000)}b } from "x";`)).toEqual([
    { specifier: "x", names: ["a", "b"] },
  ]);
  expect(performance.now() - from).toBeLessThan(1_000);
});

it.each([
  ["module.exports = {};"],
  ["export const a = 1;"],
  ['export { a } from "x"; console.log(1);'],
  ['import a from "x"; export { a }; a.b = 1;'],
  ['export * from "x"; import("y");'],
  ["export {"],
  [""],
])("readBarrel reads no barrel in %j", (code) => {
  expect(readBarrel(code)).toBeNull();
});

it("slimBarrel keeps the wanted names, side effects, and the re-exported modules", () => {
  const barrel =
    readBarrel(`"use strict"; /* all */ import "./effect.js"; import * as c from "./c.js"; import d from "./d.js";
    export { default as A, a2 as B } from "./a.js"; export { c, d }; export * from "./e.js"; export * from "./f.js"; // end`);
  if (barrel === null) throw new Error("it is a barrel");
  expect(
    slimBarrel(barrel, new Set(["A", "c"]), (from) => from === "./f.js")
      .trim()
      .split("\n"),
  ).toEqual([
    'import "./effect.js";',
    'export { default as A } from "./a.js";',
    'export * as c from "./c.js";',
    'export * from "./f.js";',
    "export {};",
  ]);
});

it("readExports reads the names of a module, and null when only execution reveals them", () => {
  const code =
    'export const a = 1, b = 2; export default function () {} export { c as d } from "x"; export * from "./y.js";';
  expect(readExports(code)).toEqual({ names: new Set(["a", "b", "default", "d"]), stars: ["./y.js"] });
  expect(readExports("exports.a = 1;")).toBeNull();
});
