import { describe, expect, test } from "vitest";
import type { TailwindSources } from "../../../preview/tools/tailwind.ts";
import { filesOfSources, packagesOfSources } from "../../../preview/tools/tailwind-sources.ts";

const PATHS = [
  "/project/index.html",
  "/project/package-lock.json",
  "/project/src/a.tsx",
  "/project/src/a.css",
  "/project/src/logo.png",
  "/project/src/old/b.tsx",
  "/project/lib/c.vue",
  "/project/node_modules/ui/index.js",
];

function found(sources: Partial<TailwindSources>): string[] {
  return filesOfSources({ root: null, sources: [], ...sources }, PATHS, "/project").map((path) => path.slice(9));
}

const source = (pattern: string, negated = false) => ({ base: "/project/src", pattern, negated });

describe("filesOfSources", () => {
  test("filesOfSources returns the project's text files when a sheet names no source", () => {
    expect(found({})).toEqual(["index.html", "src/a.tsx", "src/old/b.tsx", "lib/c.vue"]);
  });

  test("filesOfSources returns only the folder of source()", () => {
    expect(found({ root: { base: "/project/src", pattern: "../lib" } })).toEqual(["lib/c.vue"]);
  });

  test("filesOfSources returns only explicit sources after source(none)", () => {
    expect(found({ root: "none", sources: [source("./**/*.tsx")] })).toEqual(["src/a.tsx", "src/old/b.tsx"]);
  });

  test("filesOfSources leaves out the files of a source with not", () => {
    expect(found({ sources: [source("./old", true)] })).toEqual(["index.html", "src/a.tsx", "lib/c.vue"]);
  });

  test("filesOfSources expands a range of numbers in braces, as Tailwind does", () => {
    const pages = [1, 2, 3, 11, 12, 13].map((page) => `/project/src/page${page}.html`);
    const named = (pattern: string) =>
      filesOfSources({ root: "none", sources: [source(pattern)] }, pages, "/project").map((path) => path.slice(17, -5));
    expect(named("./page{1..12}.html")).toEqual(["1", "2", "3", "11", "12"]);
    expect(named("./page{11..13}.html")).toEqual(["11", "12", "13"]);
    expect(named("./page{1..3}.html")).toEqual(["1", "2", "3"]);
  });

  test("filesOfSources returns the files of a package that a source names", () => {
    expect(found({ root: "none", sources: [source("../node_modules/ui")] })).toEqual(["node_modules/ui/index.js"]);
  });
});

describe("packagesOfSources", () => {
  const named = (...sources: TailwindSources["sources"]) => [
    ...packagesOfSources({ root: "none", sources }, ["ui", "@kit/theme", "@kit/icons", "other"], "/project"),
  ];

  test("packagesOfSources returns the packages of folders and of globs, also below a scope", () => {
    expect(named(source("../node_modules/ui/dist"))).toEqual(["ui"]);
    expect(named(source("../node_modules/@kit/theme/**/*.{js,ts}"))).toEqual(["@kit/theme"]);
    expect(named(source("../node_modules/@kit/*/dist/*.js"))).toEqual(["@kit/theme", "@kit/icons"]);
  });

  test("packagesOfSources returns the package of a sheet in it, and of a repository's root above the app", () => {
    expect(named({ base: "/project/node_modules/ui/css", pattern: "../dist", negated: false })).toEqual(["ui"]);
    expect(named(source("../../../node_modules/ui/dist"))).toEqual(["ui"]);
  });

  test("packagesOfSources returns no package for negated sources, the project's own folders and absent packages", () => {
    expect(named(source("../node_modules/ui", true), source("./ui"), source("../node_modules/gone"))).toEqual([]);
  });
});
