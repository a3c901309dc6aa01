import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameCssModules } from "../../../preview/tools/css-modules.ts";
import { type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

const SHEETS: Record<string, string> = {
  "src/card.module.css":
    '@value gap: 4px;\n.card { composes: base from "./tints.module.css"; margin: gap }\n.card-title:hover > .x { color: red }\n:global(.outside) .x { color: blue }\n@keyframes turn { to { rotate: 1turn } }\n.spin { animation: turn 1s }',
  "src/tints.module.css": ".low { opacity: .5 }\n.base { composes: low; color: green }",
  "src/deep/big_Box.module.css": ".inner-One { color: red }\n.\\31 st { color: blue }",
};

/** Rules of the global scope cannot compose. */
const PLAIN_SHEETS: Record<string, string> = { "src/a.module.css": ".a { color: red } :local(.b) { color: blue }" };

type Names = Record<string, Record<string, string>>;

/** The names of each sheet by Vite itself, with the configuration in the same folder as the sheets. */
async function namesByVite(config: string, sheets: Record<string, string>): Promise<Names> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-css-modules-"));
  try {
    for (const [path, text] of Object.entries({ ...sheets, "vite.config.mjs": config })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const script = `import { readFileSync } from "node:fs";
import { preprocessCSS, resolveConfig } from ${JSON.stringify(import.meta.resolve("vite"))};
const config = await resolveConfig({ logLevel: "silent" }, "build");
const names = {};
for (const path of ${JSON.stringify(Object.keys(sheets))})
  names[path] = (await preprocessCSS(readFileSync(path, "utf8"), process.cwd() + "/" + path, config)).modules;
console.log(JSON.stringify(names));`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
    return JSON.parse((await run).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const named = (config: string, sheets = SHEETS) =>
  nameCssModules(
    runner,
    {
      sheets: Object.entries(sheets).map(([path, css]) => ({ path: `/project/${path}`, id: `/project/${path}`, css })),
      texts: new Map(Object.entries({ ...sheets, "vite.config.mjs": config })),
      outside: new Map(),
      configPath: "vite.config.mjs",
      packages: {},
      production: true,
    },
    {
      find: async (specifier, importer) => {
        const path = new URL(specifier, `file://${importer}`).pathname;
        const css = sheets[path.slice("/project/".length)];
        return css === undefined ? null : { path, css };
      },
    },
  );

describe("nameCssModules", () => {
  test.each([
    ["a pattern with a hash", "{ generateScopedName: '[name]__[local]___[hash:base64:5]' }"],
    [
      "a pattern with the folder and a prefix",
      "{ generateScopedName: '[folder]_[local]_[md4:hash:hex:6]', hashPrefix: 'p' }",
    ],
    ["a pattern and a convention", "{ generateScopedName: '[path][name]-[local]', localsConvention: 'camelCase' }"],
    [
      "a function",
      "{ generateScopedName: (name, file, css) => name + '-' + file.split('/').pop().length + '-' + css.length }",
    ],
    ["a function for exports", "{ localsConvention: (name) => 'x' + name, generateScopedName: '[local]' }"],
    ["a prefix alone", "{ hashPrefix: 'p' }"],
    ["global names", "{ scopeBehaviour: 'global', exportGlobals: true }"],
    ["global modules", "{ globalModulePaths: [/a.module/], exportGlobals: true, generateScopedName: 'a-[local]' }"],
  ])("nameCssModules gives the names of Vite for %s", async (_, modules) => {
    const config = `export default { css: { modules: ${modules} } };`;
    const given = /global/i.test(modules) ? PLAIN_SHEETS : SHEETS;
    const { sheets } = await named(config, given);
    const names = Object.fromEntries(sheets.map(({ path, tokens }) => [path.slice("/project/".length), tokens]));
    expect(sheets.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(names).toEqual(await namesByVite(config, given));
    for (const { css, tokens } of sheets)
      for (const own of Object.values(tokens).map((value) => value.split(" ")[0] ?? ""))
        expect(css.replaceAll("\\31 ", "1"), css).toContain(own);
  });

  test("nameCssModules orders a sheet behind those that it composes, and gives those that are no modules by themselves", async () => {
    const config = "export default { css: { modules: { generateScopedName: 'n-[local]' } } };";
    const sheets = { "src/a.module.css": '.a { composes: b from "./plain.css" }' };
    const { sheets: made, composed } = await nameCssModules(
      runner,
      {
        sheets: [
          { path: "/project/src/a.module.css", id: "/project/src/a.module.css", css: sheets["src/a.module.css"] },
        ],
        texts: new Map([["vite.config.mjs", config]]),
        outside: new Map(),
        configPath: "vite.config.mjs",
        packages: {},
        production: false,
      },
      { find: async () => ({ path: "/project/src/plain.css", css: ".b { color: red }" }) },
    );
    expect(made[0]).toMatchObject({ tokens: { a: "n-a n-b" }, imports: ["/project/src/plain.css"] });
    expect(composed).toEqual([{ path: "/project/src/plain.css", css: ".n-b { color: red }" }]);
  });

  test("nameCssModules says where a module composes a sheet that is not there, and names the others", async () => {
    const config = "export default { css: { modules: { generateScopedName: 'n-[local]' } } };";
    const { sheets } = await named(config, {
      "a.module.css": '.a { composes: b from "./none.css" }',
      "b.module.css": ".b { color: red }",
    });
    expect(sheets[0]?.diagnostics[0]).toMatchObject({
      severity: "error",
      message: expect.stringContaining("./none.css"),
    });
    expect(sheets[1]?.tokens).toEqual({ b: "n-b" });
  });

  test("nameCssModules ends where modules compose each other", async () => {
    const config = "export default { css: { modules: { generateScopedName: 'n-[local]' } } };";
    const { sheets } = await named(config, {
      "a.module.css": '.a { composes: b from "./b.module.css" }',
      "b.module.css": '.b { composes: a from "./a.module.css" }',
    });
    const names = sheets.map(({ tokens }) => Object.values(tokens)[0]?.split(" ").slice(0, 2));
    expect(names).toEqual([
      ["n-a", "n-b"],
      ["n-b", "n-a"],
    ]);
  });

  test.each([
    ["throws", "() => { throw new Error('no name') }", "no name"],
    ["returns no text", "() => ({})", "returns no text"],
    ["makes endless names", "(name) => name + 'x'.repeat(9e6)", "more than 8388608 characters"],
  ])("nameCssModules says that a function %s", async (_, code, reason) => {
    const { sheets } = await named(`export default { css: { modules: { generateScopedName: ${code} } } };`);
    expect(sheets[0]?.diagnostics[0]).toMatchObject({ severity: "error", message: expect.stringContaining(reason) });
  });
});
