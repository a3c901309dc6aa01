import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTailwind, type TailwindInput, type TailwindSources } from "../../../preview/tools/tailwind.ts";
import { installPackages, type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";
import { readStyleFrom } from "./package-styles.ts";

const VERSIONS: Record<string, string> = {
  tailwindcss: "4.3.5",
  "@tailwindcss/typography": "0.5.20",
  "@tailwindcss/forms": "0.5.11",
  "tailwindcss-animate": "1.0.7",
  "tw-animate-css": "1.4.0",
  daisyui: "5.8.1",
};
const SHEET = "/project/src/index.css";

let runner: NodeToolRunner;
let nodeModules: string;
beforeAll(async () => {
  runner = await startNodeToolRunner();
  nodeModules = join(await installPackages(VERSIONS), "node_modules");
});
afterAll(() => runner.stop());

type Options = { candidates?: string[]; files?: Record<string, string>; asked?: TailwindSources[] };

function inputFor(css: string[], { candidates = [], files = {}, asked = [] }: Options): TailwindInput {
  const project = new Map(Object.entries(files));
  return {
    sheets: css.map((content) => ({ path: SHEET, css: content })),
    readStyle: readStyleFrom(project, nodeModules),
    candidates: (sources) => {
      asked.push(sources);
      return candidates;
    },
    files: project,
    versionOf: (name) => VERSIONS[name] ?? null,
  };
}

async function compile(css: string, options: Options = {}): Promise<string> {
  const [output] = await compileTailwind(runner, inputFor([css], options));
  expect(output?.diagnostics).toEqual([]);
  return output?.css ?? "";
}

async function diagnose(css: string, options: Options = {}) {
  const [output] = await compileTailwind(runner, inputFor([css], options));
  return output?.diagnostics;
}

describe("compileTailwind", () => {
  test("compileTailwind emits the theme, the preflight and the utilities that candidates name", async () => {
    const css = await compile('@import "tailwindcss";', { candidates: ["p-4", "hover:bg-red-500", "nothing-like-it"] });
    expect(css).toContain("--spacing: 0.25rem");
    expect(css).toContain("box-sizing: border-box");
    expect(css).toContain(".p-4 {");
    expect(css).toContain(".hover\\:bg-red-500");
    expect(css).not.toContain("nothing-like-it");
  });

  test("compileTailwind compiles the parts of Tailwind in layers of the project's own", async () => {
    const css = await compile(
      '@layer theme, base, utilities;\n@import "tailwindcss/theme.css" layer(theme);\n@import "tailwindcss/utilities.css" layer(utilities);',
      { candidates: ["m-2"] },
    );
    expect(css).toContain(".m-2 {");
    expect(css).not.toContain("box-sizing: border-box");
  });

  test("compileTailwind honours theme variables, utilities, variants and @apply of the project", async () => {
    const css = await compile(
      `@import "tailwindcss";
@theme { --color-brand: #123456; --font-display: "Satoshi", sans-serif; }
@utility tab-* { tab-size: --value(integer); }
@custom-variant dark (&:where(.dark, .dark *));
.btn { @apply rounded-lg bg-brand px-4; }`,
      { candidates: ["text-brand", "font-display", "tab-4", "dark:flex"] },
    );
    expect(css).toContain("--color-brand: #123456");
    expect(css).toMatch(/\.text-brand \{\s+color: var\(--color-brand\)/);
    expect(css).toContain("tab-size: 4");
    expect(css).toContain(":where(.dark, .dark *)");
    expect(css).toMatch(/\.btn \{[^}]*background-color: var\(--color-brand\)/);
  });

  test("compileTailwind resolves theme(), --alpha() and --spacing()", async () => {
    const css = await compile(
      `@import "tailwindcss";
.a { color: theme(colors.red.500); margin: --spacing(3); background: --alpha(var(--color-blue-500) / 20%); }`,
    );
    expect(css).toContain("margin: calc(var(--spacing) * 3)");
    expect(css).toContain("color-mix(in oklab");
    expect(css).toMatch(/\.a \{\s+color: oklch\(/);
  });

  test("compileTailwind puts a prefix before its utilities and variables", async () => {
    const css = await compile('@import "tailwindcss" prefix(tw);', { candidates: ["tw:p-4", "p-4"] });
    expect(css).toContain(".tw\\:p-4");
    expect(css).not.toContain("\n  .p-4");
    expect(css).toContain("--tw-spacing");
  });

  test("compileTailwind returns the sources of a sheet and handles inline ones itself", async () => {
    const asked: TailwindSources[] = [];
    const css = await compile(
      `@import "tailwindcss" source("../app");
@source "../lib/**/*.tsx";
@source not "../lib/old";
@source inline("{hover:,}underline");`,
      { asked },
    );
    expect(css).toContain(".hover\\:underline");
    expect(asked[0]?.root).toEqual({ base: "/project/src", pattern: "../app" });
    expect(asked[0]?.sources).toEqual([
      { base: "/project/src", pattern: "../lib/**/*.tsx", negated: false },
      { base: "/project/src", pattern: "../lib/old", negated: true },
    ]);
  });

  test("Braces around one name in a source name that name, as for Tailwind's own scanner", async () => {
    const asked: TailwindSources[] = [];
    await compile(
      '@import "tailwindcss" source(none);\n@source "../{lib}/**/*.{tsx}";\n@source "./{a,b}{1..12}.html";',
      {
        asked,
      },
    );
    expect(asked[0]?.sources.map(({ pattern }) => pattern)).toEqual(["../lib/**/*.tsx", "./{a,b}{1..12}.html"]);
  });

  test("compileTailwind runs plugins of packages, with their options", async () => {
    const css = await compile(
      `@import "tailwindcss";
@import "tw-animate-css";
@plugin "@tailwindcss/typography";
@plugin "@tailwindcss/forms" { strategy: "class"; }
@plugin "tailwindcss-animate";
@plugin "daisyui" { themes: light --default; }`,
      { candidates: ["prose", "form-input", "animate-in", "fade-in-50", "btn", "btn-primary"] },
    );
    for (const name of [".prose", ".form-input", ".animate-in", ".fade-in-50", ".btn-primary"])
      expect(css).toContain(name);
  });

  test("compileTailwind runs a configuration and a plugin of the project with what they import", async () => {
    const css = await compile('@import "tailwindcss";\n@config "../tailwind.config.ts";\n@plugin "./plain.cjs";', {
      candidates: ["text-accent", "content-auto", "animate-in", "plain"],
      files: {
        "/project/tailwind.config.ts": `import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";
import colors from "tailwindcss/colors";
import { accent } from "./theme/colors";
export default {
  content: ["./src/**/*.tsx"],
  theme: { extend: { colors: { accent, gray: colors.zinc } } },
  plugins: [require("tailwindcss-animate"), plugin(({ addUtilities }) => addUtilities({ ".content-auto": { contentVisibility: "auto" } }))],
} satisfies Config;`,
        "/project/theme/colors.ts": 'export const accent: string = "#abcdef";',
        "/project/src/plain.cjs":
          'module.exports = ({ addUtilities }) => addUtilities({ ".plain": { all: "unset" } });',
      },
    });
    expect(css).toContain("#abcdef");
    expect(css).toContain("content-visibility: auto");
    expect(css).toContain(".animate-in");
    expect(css).toContain("all: unset");
  });

  test("compileTailwind emits nothing of a sheet that a style block references, and still applies it", async () => {
    const asked: TailwindSources[] = [];
    const css = await compile('@reference "./app.css";\n.card { @apply p-4 text-brand; }', {
      files: {
        "/project/src/app.css": '@import "tailwindcss";\n@theme { --color-brand: red; }\n.kept { all: unset; }',
      },
      asked,
    });
    expect(css).toContain("var(--color-brand");
    expect(css).not.toContain(".kept");
    expect(css).not.toContain("box-sizing: border-box");
    expect(asked).toEqual([]);
  });

  test("compileTailwind rebases the addresses of an imported sheet to the importing one", async () => {
    const css = await compile('@import "./fonts/fonts.css";', {
      files: {
        "/project/src/fonts/fonts.css": '@font-face { src: url("./inter.woff2"); }\n.a { background: url(../a.png) }',
      },
    });
    expect(css).toContain('url("./fonts/inter.woff2")');
    expect(css).toContain("url(./a.png)");
  });

  test("compileTailwind reads past a glob that resembles the beginning of a comment", async () => {
    const css = await compile(
      '@import "tailwindcss";\n@source "../lib/**/*.tsx";\n@plugin "tailwindcss-animate"; /* @plugin "gone"; */',
      { candidates: ["animate-in"] },
    );
    expect(css).toContain(".animate-in");
  });

  test("compileTailwind reports sheets that import each other", async () => {
    const files = { "/project/src/a.css": '@import "./b.css";', "/project/src/b.css": '@import "./a.css";' };
    expect(await diagnose('@import "./a.css";', { files })).toMatchObject([
      { severity: "error", message: expect.stringContaining("recursion") },
    ]);
  });

  test("compileTailwind compiles several sheets in one call", async () => {
    const outputs = await compileTailwind(runner, inputFor(['@import "tailwindcss";', ".a { color: red }"], {}));
    expect(outputs.map(({ css }) => css.length > 0)).toEqual([true, true]);
  });

  test("compileTailwind reports an unknown class in @apply at its place", async () => {
    const diagnostics = await diagnose('@import "tailwindcss";\n\n.a { @apply p-4 no-such-class; }');
    expect(diagnostics).toMatchObject([{ path: SHEET, line: 3, column: 17, severity: "error" }]);
    expect(diagnostics?.[0]?.message).toContain("no-such-class");
  });

  test("compileTailwind reports a missing style sheet, plugin and configuration at their places", async () => {
    expect(await diagnose('\n@import "./gone.css";')).toMatchObject([
      { line: 2, message: expect.stringContaining("./gone.css") },
    ]);
    expect(await diagnose('@plugin "daisyui-x";')).toMatchObject([
      {
        line: 1,
        column: 9,
        message: 'Cannot find the package "daisyui-x". Add it to the dependencies in package.json.',
      },
    ]);
    expect(await diagnose('@config "./tailwind.config.js";')).toMatchObject([
      { message: 'Cannot find the file "./tailwind.config.js".' },
    ]);
  });

  test("compileTailwind reports broken CSS", async () => {
    expect(await diagnose(".a { color: red;\n.b { }\n")).toMatchObject([{ path: SHEET, severity: "error" }]);
  });
});
