import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TailwindSource } from "../../../preview/tools/tailwind.ts";
import { compileTailwind3 } from "../../../preview/tools/tailwind3.ts";
import { installPackages, type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";
import { readStyleFrom } from "./package-styles.ts";

const VERSIONS: Record<string, string> = {
  tailwindcss: "3.4.19",
  "@tailwindcss/typography": "0.5.20",
  "@tailwindcss/forms": "0.5.11",
  "tailwindcss-animate": "1.0.7",
};
const SHEET = "/project/src/index.css";
const DIRECTIVES = "@tailwind base;\n@tailwind components;\n@tailwind utilities;\n";

let runner: NodeToolRunner;
let nodeModules: string;
beforeAll(async () => {
  runner = await startNodeToolRunner();
  nodeModules = join(await installPackages(VERSIONS), "node_modules");
});
afterAll(() => runner.stop());

type Options = {
  css?: string;
  config?: string;
  configPath?: string;
  html?: string;
  files?: Record<string, string>;
  asked?: TailwindSource[];
};

const JS_CONFIG = "/project/tailwind.config.js";

async function compile(options: Options) {
  const [output] = await compileSheets([options.css ?? DIRECTIVES], options);
  return output ?? { css: "", diagnostics: [] };
}

function compileSheets(sheets: string[], options: Options) {
  const { config = "", configPath = JS_CONFIG, html = "", files = {}, asked = [] } = options;
  const source = config || 'export default { content: ["./src/**/*.html"] };';
  const project = new Map(Object.entries({ [configPath]: source, ...files }));
  return compileTailwind3(runner, {
    sheets: sheets.map((css) => ({ path: SHEET, css })),
    readStyle: readStyleFrom(project, nodeModules),
    files: project,
    versionOf: (name) => VERSIONS[name] ?? null,
    configPath,
    projectRoot: "/project",
    contentFiles: (sources) => {
      asked.push(...sources);
      return [{ content: html, extension: "html" }];
    },
  });
}

/** The preflight begins with a licence comment when Tailwind reads it itself. */
const withoutNotice = (css: string) => css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ");

describe("compileTailwind3", () => {
  test("compileTailwind3 emits preflight, the defaults of variables and the utilities in the content", async () => {
    const asked: TailwindSource[] = [];
    const { css, diagnostics } = await compile({ html: '<p class="p-4 shadow md:hover:bg-red-500/50">', asked });
    expect(diagnostics).toEqual([]);
    expect(asked).toEqual([{ base: "/project", pattern: "./src/**/*.html", negated: false }]);
    expect(css).toContain("box-sizing: border-box");
    expect(css).toContain("--tw-shadow: 0 0 #0000");
    expect(css).toContain(".p-4 {");
    expect(css).toContain(".md\\:hover\\:bg-red-500\\/50:hover");
  });

  test("compileTailwind3 honours the settings of a configuration that Tailwind 4 ignores", async () => {
    const { css } = await compile({
      config: `module.exports = {
        content: [{ raw: '<p class="tw-p-4 tw-flex dark:tw-hidden">' }, "!./src/old/**"],
        prefix: "tw-", important: "#app", darkMode: ["class", ".night"],
        safelist: ["tw-mt-7", { pattern: /tw-bg-red-(100|200)/, variants: ["hover"] }],
        corePlugins: { preflight: false, display: false },
      };`,
    });
    expect(css).toContain("#app .tw-p-4");
    expect(css).toContain(".tw-mt-7");
    expect(css).toContain(".hover\\:tw-bg-red-200:hover");
    expect(css).not.toContain(".tw-flex");
    expect(css).not.toContain("box-sizing: border-box");
  });

  test("compileTailwind3 runs a shadcn-like configuration with its theme, modules and plugins", async () => {
    const { css, diagnostics } = await compile({
      configPath: "/project/tailwind.config.ts",
      config: `import type { Config } from "tailwindcss";
import { fontFamily } from "tailwindcss/defaultTheme";
import colors from "tailwindcss/colors";
import plugin from "tailwindcss/plugin";
import { radius } from "./theme";
const config = {
  darkMode: ["class"],
  content: ["./src/**/*.tsx"],
  theme: {
    container: { center: true, padding: "2rem" },
    extend: {
      colors: { border: "hsl(var(--border))", gray: colors.zinc },
      borderRadius: { lg: radius },
      fontFamily: { sans: ["Inter", ...fontFamily.sans] },
      keyframes: { down: { from: { height: "0" } } }, animation: { down: "down 0.2s" },
    },
  },
  plugins: [require("tailwindcss-animate"), require("@tailwindcss/typography"), require("@tailwindcss/forms")({ strategy: "class" }),
    plugin(({ addUtilities }) => addUtilities({ ".auto": { contentVisibility: "auto" } }))],
} satisfies Config;
export default config;`,
      files: { "/project/theme.ts": 'export const radius: string = "var(--radius)";' },
      html: '<p class="border-border rounded-lg font-sans animate-down animate-in fade-in-50 prose form-input auto container">',
    });
    expect(diagnostics).toEqual([]);
    const expected = [
      "hsl(var(--border))",
      "border-radius: var(--radius)",
      "@keyframes down",
      ".fade-in-50",
      ".prose",
      ".form-input",
    ];
    for (const text of [...expected, "content-visibility: auto"]) expect(css).toContain(text);
  });

  test("compileTailwind3 emits the same CSS as Tailwind 3 in Node", async () => {
    const html =
      '<p class="container flex p-4 hover:bg-red-500/50 dark:md:mt-2 shadow ring-2 animate-in prose group-hover:underline">';
    const { css } = await compile({
      css: `${DIRECTIVES}.a { @apply px-2 hover:font-bold; }`,
      config:
        'module.exports = { content: ["./**"], plugins: [require("tailwindcss-animate"), require("@tailwindcss/typography")] };',
      html,
    });
    const require = createRequire(join(nodeModules, "index.js"));
    const plugins = [require("tailwindcss-animate"), require("@tailwindcss/typography")];
    const native = require("tailwindcss")({ content: [{ raw: html }], plugins });
    const expected = await require("postcss")([native]).process(`${DIRECTIVES}.a { @apply px-2 hover:font-bold; }`, {
      from: SHEET,
    });
    expect(withoutNotice(css)).toBe(withoutNotice(expected.css));
  });

  test("compileTailwind3 compiles @layer, @apply, theme() and screen() of a sheet and its imports", async () => {
    const { css, diagnostics } = await compile({
      css: `@import "tailwindcss/base";
@import "./parts/buttons.css";
@import "./print.css" print;
@import "tailwindcss/utilities";
@layer base { :root { --border: 0 0% 90%; } body { @apply bg-white text-gray-900; } }
@media screen(md) { .wide { width: theme(spacing.4); } }`,
      files: {
        "/project/src/parts/buttons.css": '.btn { @apply rounded px-2 hover:underline; background: url("./b.png"); }',
        "/project/src/print.css": ".p { color: black }",
      },
      html: '<p class="flex">',
    });
    expect(diagnostics).toEqual([]);
    expect(css).toContain(".btn:hover");
    expect(css).toContain('url("./parts/b.png")');
    expect(css).toContain("@media print");
    expect(css).toContain("@media (min-width: 768px)");
    expect(css).toContain("width: 1rem");
    expect(css).toContain("--border: 0 0% 90%");
  });

  test("compileTailwind3 prefers the configuration that a sheet names to the project's", async () => {
    const { css } = await compile({
      css: `@config "../other.config.cjs";\n@tailwind utilities;`,
      files: { "/project/other.config.cjs": 'module.exports = { content: [], safelist: ["mt-9"] };' },
    });
    expect(css).toContain(".mt-9");
    expect(css).not.toContain("@config");
  });

  test("compileTailwind3 reports an unknown class in @apply at its place, in an imported sheet too", async () => {
    const { diagnostics } = await compile({
      css: '@import "./a.css";',
      files: { "/project/src/a.css": "\n.a {\n  @apply no-such-class;\n}" },
    });
    expect(diagnostics).toMatchObject([{ path: "/project/src/a.css", line: 3, column: 3, severity: "error" }]);
    expect(diagnostics[0]?.message).toContain("no-such-class");
  });

  test("compileTailwind3 reports Tailwind's warnings about a configuration", async () => {
    const { diagnostics } = await compile({ config: "module.exports = { content: [] };" });
    expect(diagnostics[0]).toMatchObject({ path: SHEET, severity: "warning" });
    expect(diagnostics[0]?.message).toContain("No utility classes were detected in your source files.");
  });

  test("compileTailwind3 says once for all sheets that a class is ambiguous, without the advice for HTML", async () => {
    const html = '<p class="duration-[var(--x)]">';
    const sheets = await compileSheets(["@tailwind utilities;", "@tailwind utilities;"], {
      html,
      config: 'module.exports = { content: ["./src/**/*.html"], plugins: [require("tailwindcss-animate")] };',
    });
    const diagnostics = sheets.flatMap((sheet) => sheet.diagnostics);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The class `duration-\[var\(--x\)\]` is ambiguous and matches multiple utilities\./),
    ]);
    expect(diagnostics[0]?.message).not.toMatch(/&lsqb;|\s{2}/);
  });

  test("compileTailwind3 reports sheets that import each other", async () => {
    const files = { "/project/src/a.css": '@import "./b.css";', "/project/src/b.css": '\n@import "./a.css";' };
    expect((await compile({ css: '@import "./a.css";', files })).diagnostics).toMatchObject([
      { path: "/project/src/b.css", line: 2, message: "This sheet imports itself." },
    ]);
  });

  test("compileTailwind3 reports CSS that cannot be parsed at its place", async () => {
    expect((await compile({ css: "\n.a { color: red;" })).diagnostics).toMatchObject([
      { path: SHEET, line: 2, column: 1, severity: "error", message: "Unclosed block" },
    ]);
  });
});
