import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileLess, type LessInput } from "../../../preview/tools/less.ts";
import { compileSass, type SassInput } from "../../../preview/tools/sass.ts";
import type { StyleFiles } from "../../../preview/tools/style-files.ts";
import { installPackages, type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

let runner: NodeToolRunner;
let nodeModules: string;
beforeAll(async () => {
  runner = await startNodeToolRunner();
  nodeModules = join(await installPackages({ bootstrap: "5.3.8" }), "node_modules");
});
afterAll(() => runner.stop());

/** A project's files, `@/` as an alias for its sources, and the packages of the test. */
function styleFiles(files: Record<string, string>): StyleFiles {
  return {
    readFile: (path) => {
      const isFile = path.startsWith(nodeModules) && existsSync(path) && statSync(path).isFile();
      return files[path] ?? (isFile ? readFileSync(path, "utf8") : null);
    },
    resolve: (specifier) => {
      if (specifier.startsWith("@/")) return `/project/src/${specifier.slice(2)}`;
      return existsSync(join(nodeModules, specifier.split("/")[0] ?? "")) ? join(nodeModules, specifier) : null;
    },
  };
}

async function sass(content: string, files: Record<string, string> = {}, options: Partial<SassInput> = {}) {
  const [output] = await compileSass(runner, {
    ...styleFiles(files),
    sheets: [{ path: "/project/src/main.scss", content, syntax: "scss" }],
    versionOf: () => null,
    root: "/project",
    ...options,
  });
  return output ?? { css: "", dependencies: [], diagnostics: [] };
}

async function less(content: string, files: Record<string, string> = {}, options: LessInput["options"] = {}) {
  const input = {
    ...styleFiles(files),
    sheets: [{ path: "/project/src/main.less", content }],
    versionOf: () => null,
    options,
  };
  const [output] = await compileLess(runner, input);
  return output ?? { css: "", dependencies: [], diagnostics: [] };
}

describe("compileSass", () => {
  test("compileSass loads partials, indexes, forwarded and imported files", async () => {
    const { css, dependencies, diagnostics } = await sass(
      `@use "sass:math";
@use "colors" with ($brand: #abcdef);
@use './theme' as t;
@import "old", "deep/older"; // @import "gone";
$glob: "/*"; @import url("https://example.com/a.css");
.a { color: colors.$brand; width: math.div(10px, 2); margin: t.$gap; &:hover { padding: $old; } @include older; }`,
      {
        "/project/src/_colors.scss": "$brand: red !default;",
        "/project/src/theme/_index.scss": '@forward "gap";',
        "/project/src/theme/_gap.sass": "$gap: 3px",
        "/project/src/old.scss": "$old: 4px;",
        "/project/src/deep/_older.scss": "@mixin older { background: url(./b.png); }",
      },
    );
    expect(diagnostics).toEqual([]);
    for (const text of ["#abcdef", "5px", "margin: 3px", "padding: 4px", "url(./deep/b.png)"])
      expect(css).toContain(text);
    expect(dependencies).toContain("/project/src/theme/_gap.sass");
  });

  test("compileSass loads files outside of the app's folder, and what these load beside them", async () => {
    const { css, dependencies, diagnostics } = await sass(
      '@use "../../../packages/ui/colors";\nb { color: colors.$blue; }',
      {
        "/project/../../packages/ui/_colors.scss": '@forward "./more";',
        "/project/../../packages/ui/_more.scss": "$blue: #00f;",
      },
    );
    expect(diagnostics).toEqual([]);
    expect(css).toContain("color: #00f");
    expect(dependencies).toEqual(["/project/../../packages/ui/_colors.scss", "/project/../../packages/ui/_more.scss"]);
  });

  test("compileSass loads files of packages and of aliases in every notation", async () => {
    const { css, diagnostics } = await sass(
      `@use "@/styles/vars" as *;
@use "pkg:bootstrap/scss/functions" as f;
@import "~bootstrap/scss/mixins/clearfix";
@import "bootstrap/scss/mixins/lists";
.a { color: $c; @include clearfix(); @include list-unstyled(); }`,
      { "/project/src/styles/_vars.scss": "$c: blue;" },
    );
    expect(diagnostics).toEqual([]);
    expect(css).toContain("color: blue");
    expect(css).toContain("clear: both");
    expect(css).toContain("list-style: none");
  });

  test("compileSass compiles the whole of Bootstrap", async () => {
    const { css, diagnostics } = await sass('$primary: #123456;\n@import "bootstrap/scss/bootstrap";');
    expect(diagnostics).toEqual([]);
    expect(css).toContain("--bs-primary: #123456");
    expect(css.length).toBeGreaterThan(200_000);
  });

  test("compileSass compiles the indented syntax", async () => {
    const sheets = [
      { path: "/project/src/a.sass", content: "@import vars\n.a\n  color: $c\n", syntax: "indented" as const },
    ];
    const { css } = await sass("", { "/project/src/_vars.sass": "$c: red" }, { sheets });
    expect(css).toContain("color: red");
  });

  test("compileSass finds a file from the project's root, as Sass did for Vite before version 6", async () => {
    const files = { "/project/src/styles/vars.scss": "$c: green;", "/project/src/styles/main.scss": "" };
    for (const url of ["src/styles/vars", "./src/styles/vars.scss"]) {
      const additionalData = `@use "${url}" as *;`;
      const { css, diagnostics } = await sass(".a { color: $c; }", files, { additionalData });
      expect(diagnostics).toEqual([]);
      expect(css).toContain("color: green");
    }
  });

  test("compileSass says that additional data names a style sheet which is not there", async () => {
    const { diagnostics } = await sass(".a { color: red; }", {}, { additionalData: '@use "src/gone" as *;' });
    const message =
      'Cannot find the style sheet "src/gone". It is in additionalData of vite.config, which is put before each sheet.';
    expect(diagnostics).toEqual([expect.objectContaining({ path: "/project/src/main.scss", line: 1, message })]);
  });

  test("compileSass puts additional data before each sheet and finds files in load paths", async () => {
    const { css, diagnostics } = await sass(
      ".a { color: $c; }",
      { "/project/shared/_vars.scss": "$c: green;" },
      { additionalData: '@use "vars" as *;', loadPaths: ["/project/shared"] },
    );
    expect(diagnostics).toEqual([]);
    expect(css).toContain("color: green");
  });

  test("compileSass imports sheets of variables after a sheet's own modules, and keeps its lines", async () => {
    const files = { "/project/src/_vars.scss": "$c: green;", "/project/src/_more.scss": "$d: 1px;" };
    const variables = ["vars", "more"];
    const content = '@use "sass:math";\n\n.a { color: $c; width: math.div($d, 2); }';
    const { css, diagnostics } = await sass(content, files, { variables });
    expect(diagnostics).toEqual([]);
    expect(css).toContain("color: green");
    expect(css).toContain("width: 0.5px");
    const wrong = `${content}\n.b { color: $none; }`;
    for (const [text, line] of [
      [wrong, 4],
      [".b { color: $none; }", 1],
    ] as const) {
      const added = await sass(text, files, { variables, additionalData: '@use "sass:map";' });
      expect(added.diagnostics).toMatchObject([{ path: "/project/src/main.scss", line, severity: "error" }]);
    }
  });

  test("compileSass reports errors at their place in the user's own file", async () => {
    const files = { "/project/src/_vars.scss": "$c: red;\n.b { color: $none; }" };
    const message = "Undefined variable: $none. Define it, or load its style sheet with @use.";
    expect((await sass(".a {\n  color: $none;\n}", files, { additionalData: "$x: 1;" })).diagnostics).toEqual([
      { path: "/project/src/main.scss", line: 2, column: 10, severity: "error", message },
    ]);
    expect((await sass('@use "vars";', files)).diagnostics).toMatchObject([
      { path: "/project/src/_vars.scss", line: 2, column: 13, severity: "error" },
    ]);
    expect((await sass('\n@use "gone";')).diagnostics).toMatchObject([
      { line: 2, column: 1, message: 'Cannot find the style sheet "gone".' },
    ]);
  });

  test("compileSass and compileLess report sheets that import each other", async () => {
    const scss = { "/project/src/_a.scss": '@use "b";', "/project/src/_b.scss": '@use "a";' };
    expect((await sass('@use "a";', scss)).diagnostics).toMatchObject([{ severity: "error" }]);
    const once = { "/project/src/a.less": '@import "./b"; .a { color: red }', "/project/src/b.less": '@import "./a";' };
    expect((await less('@import "./a";', once)).css).toContain("color: red");
  });

  test("compileSass reports the sheet's own warnings and no deprecations", async () => {
    const { diagnostics } = await sass('@warn "careful";\n.a { color: darken(red, 10%); }');
    expect(diagnostics).toEqual([
      { path: "/project/src/main.scss", line: 1, column: 1, severity: "warning", message: "careful" },
    ]);
  });
});

describe("compileLess", () => {
  test("compileLess compiles variables, mixins and imports of files, aliases and packages", async () => {
    const { css, dependencies, diagnostics } = await less(
      `@import "./parts/vars";
@import (reference) "@/mixins.less";
@import (inline) "bootstrap/dist/css/bootstrap-reboot.css";
.a { color: @brand; .round(); &:hover { width: (10px * 2); } }`,
      {
        "/project/src/parts/vars.less": "@brand: #abcdef;\n.p { background: url('./b.png'); }",
        "/project/src/mixins.less": ".round() { border-radius: 4px; }",
      },
    );
    expect(diagnostics).toEqual([]);
    const expected = ["#abcdef", "border-radius: 4px", "width: 20px", "url('./parts/b.png')", "box-sizing: border-box"];
    for (const text of expected) expect(css).toContain(text);
    expect(dependencies).toContain("/project/src/parts/vars.less");
  });

  test("compileLess honours modified variables and additional data", async () => {
    const options = { additionalData: "@gap: 3px;", modifyVars: { brand: "teal" } };
    const { css } = await less("@brand: red;\n.a { color: @brand; margin: @gap; }", {}, options);
    expect(css).toContain("color: teal");
    expect(css).toContain("margin: 3px");
  });

  test("compileLess reports errors at their place in the user's own file", async () => {
    expect((await less(".a {\n  color: @none;\n}", {}, { additionalData: "@x: 1;" })).diagnostics).toEqual([
      {
        path: "/project/src/main.less",
        line: 2,
        column: 10,
        severity: "error",
        message: "variable @none is undefined",
      },
    ]);
    expect((await less('@import "./b";', { "/project/src/b.less": "\n.b { color: }" })).diagnostics).toMatchObject([
      { path: "/project/src/b.less", line: 2, severity: "error" },
    ]);
    expect((await less('\n@import "./gone";')).diagnostics).toMatchObject([{ line: 2, column: 1 }]);
  });
});
