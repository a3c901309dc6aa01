// Configurations of an app in a folder of a repository, beside Vite's own reading of them.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { resolveConfig } from "vite";
import { afterAll, describe, expect, it } from "vitest";
import { defaultSettings, readPostcss, readViteSettings, transformModule } from "../../../preview/vite/index.ts";
import { ToolHarness } from "./tool-harness.ts";

const harness = new ToolHarness({ timeoutMs: 8_000 });
afterAll(() => harness.stop());

const ROOT = "apps/web";
const options = { mode: "development", command: "serve", root: ROOT } as const;
const read = (files: Record<string, string>) => readViteSettings(new Map(Object.entries(files)), harness, options);

/** Returns the path, from the app's folder, to which Vite's own configuration leads an import of an app in a repository. */
async function viteLeads(specifier: string, config: string): Promise<string> {
  const repository = realpathSync(mkdtempSync(join(tmpdir(), "repository-")));
  try {
    const root = join(repository, ROOT);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, "vite.config.mjs"), config);
    writeFileSync(join(root, "package.json"), '{ "type": "module" }');
    const { resolve } = await resolveConfig({ root, configFile: join(root, "vite.config.mjs") }, "serve");
    const { find, replacement } = resolve.alias.find((alias) =>
      typeof alias.find === "string" ? specifier.startsWith(alias.find) : alias.find.test(specifier),
    ) ?? { find: "", replacement: "" };
    return relative(root, specifier.replace(find, replacement));
  } finally {
    rmSync(repository, { recursive: true });
  }
}

describe("the configuration of an app in a folder of a repository", () => {
  it.each([
    ['{ "@ui": path.resolve(__dirname, "../../packages/ui/src") }', "@ui"],
    ['{ "@ui": path.resolve(import.meta.dirname, "../../packages/ui/src") }', "@ui"],
    ['{ "@ui": fileURLToPath(new URL("../../packages/ui/src", import.meta.url)) }', "@ui"],
    ['{ "@ui": path.join(process.cwd(), "../shared") }', "@ui"],
    ['{ "@": path.resolve(__dirname, "src") }', "@/app"],
    ['{ "@": path.resolve("src") }', "@/app"],
    ['{ "@": path.posix.resolve("./src") }', "@/app"],
    ['{ "@": resolve("../../packages/ui") }', "@/app"],
    ['{ "@": "./" + path.relative("..", "src") }', "@/app"],
    ['{ "@": fileURLToPath(pathToFileURL("src")) }', "@/app"],
    ['[{ find: "@ui", replacement: path.resolve(__dirname, "../../packages/ui/src") }]', "@ui/card"],
    ['[{ find: /^@our\\/(.*)/, replacement: path.resolve(__dirname, "../../packages/$1/src") }]', "@our/ui"],
    ['[{ find: /^~/, replacement: path.resolve(__dirname, "../..") + "/" }]', "~libs/a"],
  ])("The alias %s leads where Vite leads it", async (alias, specifier) => {
    const config = `import path, { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
const __dirname = path.dirname(fileURLToPath(import.meta.url));
process.chdir?.(__dirname);
export default { resolve: { alias: ${alias} } };`;
    const before = process.cwd();
    const expected = await viteLeads(specifier, config).finally(() => process.chdir(before));
    const settings = await read({ "vite.config.mjs": config.replace(/^(const __dirname|process\.chdir).*\n/gm, "") });
    const [first] = settings.alias;
    const find = typeof first?.find === "string" ? first.find : new RegExp(first?.find.regex ?? "");
    const led = specifier.replace(find, first?.replacement ?? "");
    expect(relative("/1/2/3/4", join("/1/2/3/4", led))).toBe(expected);
    expect(settings.warnings).toEqual([]);
  });

  it("It imports modules around the app and packages of the same repository, reads their files, and knows its own folders", async () => {
    const settings = await read({
      "vite.config.ts": `import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nxViteTsPaths } from "@nx/vite/plugins/nx-tsconfig-paths.plugin";
import shared from "@our/config/vite";
import { loadEnv } from "vite";
import { folder } from "../../tools/folder";
const { version } = JSON.parse(readFileSync(resolve(__dirname, "../../package.json"), "utf8"));
export default ({ mode }) => ({
  ...shared,
  root: __dirname,
  envDir: resolve(__dirname, "../.."),
  plugins: [nxViteTsPaths()],
  define: { version, folder, own: process.cwd(), secret: loadEnv(mode, resolve(__dirname, "../..")).VITE_KEY },
});`,
      "../../package.json": '{ "version": "1.2.3" }',
      "../../.env": "VITE_KEY=key\n",
      "../../tools/folder.ts": 'export const folder = "at " + __dirname + " " + import.meta.url;',
      "../../packages/config/package.json": '{ "name": "@our/config", "exports": { "./vite": "./src/vite.js" } }',
      "../../packages/config/src/vite.js": 'import base from "./base.js";\nexport default { base };',
      "../../packages/config/src/base.js": 'export default "/app/";',
    });
    expect(settings).toMatchObject({ root: "", base: "/app/", envDir: "../..", warnings: [] });
    expect(settings.define).toEqual({
      version: "1.2.3",
      folder: "at /project/tools file:///project/tools/folder.ts",
      own: "/project",
      secret: "key",
    });
  });

  it.each([
    ['JSON.parse(readFileSync("../../package.json", "utf8"))'],
    ['JSON.parse(readFileSync("../../package.json"))'],
    ['JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))'],
    ['JSON.parse(readFileSync(path.join(process.cwd(), "..", "..", "package.json")).toString())'],
    ['JSON.parse(fs.readFileSync(__dirname + "/../../package.json", { encoding: "utf8" }))'],
    ['JSON.parse(await promises.readFile(path.resolve("../../package.json"), "utf8"))'],
    ['createRequire(import.meta.url)("../../package.json")'],
    ["manifest"],
    ['(await import("../../package.json", { with: { type: "json" } })).default'],
  ])("It reads the package.json of the repository by %s", async (read_) => {
    const settings = await read({
      "vite.config.mjs": `import fs, { promises, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import manifest from "../../package.json" with { type: "json" };
export default async () => ({ define: { __VERSION__: JSON.stringify((${read_}).version) } });`,
      "../../package.json": '{ "version": "1.2.3" }',
      "package.json": '{ "version": "0.0.0" }',
    });
    expect(settings.define).toEqual({ __VERSION__: '"1.2.3"' });
    expect(settings.warnings).toEqual([]);
  });

  it("PostCSS takes the configuration of the repository where the app has none", async () => {
    const files = new Map([
      ["index.html", ""],
      ["../../postcss.config.mjs", 'import plugins from "./plugins.mjs";\nexport default { plugins };'],
      ["../../plugins.mjs", 'export default { "postcss-simple-vars": { silent: true } };'],
    ]);
    const { plugins, path } = await readPostcss(files, defaultSettings(), harness, options);
    expect(plugins).toEqual([
      { name: "postcss-simple-vars", package: "postcss-simple-vars", options: { silent: true } },
    ]);
    expect(path).toBe("../../postcss.config.mjs");
  });
});

describe("import.meta.glob of an app in a folder of a repository", () => {
  const files = [
    "src/main.ts",
    "src/pages/a.ts",
    "../../packages/ui/src/index.ts",
    "../../packages/texts/t.ts",
    "../admin/b.ts",
  ];
  const context = {
    files: new Map(files.map((path) => [path, ""])),
    root: "",
    appRoot: ROOT,
    publicDir: "public",
    aliases: [{ find: "@texts", replacement: "/../../packages/texts" }],
  };
  it.each([
    [
      "../../packages/ui/src/index.ts",
      "../../../apps/*/src/pages/*.ts",
      "../../../apps/web/src/pages/a.ts",
      "../../../apps/web/src/pages/a.ts",
    ],
    ["../../packages/ui/src/index.ts", "../../texts/*.ts", "../../texts/t.ts", "../../texts/t.ts"],
    ["../../packages/ui/src/index.ts", "/src/pages/*.ts", "/src/pages/a.ts", "../../../apps/web/src/pages/a.ts"],
    ["../../packages/ui/src/index.ts", "@texts/*.ts", "../../packages/texts/t.ts", "../../texts/t.ts"],
    ["../admin/main.ts", "../web/src/pages/*.ts", "../web/src/pages/a.ts", "../web/src/pages/a.ts"],
    ["src/main.ts", "../../admin/*.ts", "../../admin/b.ts", "../../admin/b.ts"],
  ])("In %s the pattern %s finds the file by its way on a disk", (importer, pattern, key, specifier) => {
    const { code, diagnostics } = transformModule(`export default import.meta.glob("${pattern}");`, importer, context);
    expect(diagnostics).toEqual([]);
    expect(code).toContain(`{${JSON.stringify(key)}: () => import(${JSON.stringify(specifier)})}`);
  });
});
