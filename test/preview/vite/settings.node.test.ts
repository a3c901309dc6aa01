import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { resolveConfig } from "vite";
import { afterAll, describe, expect, it } from "vitest";
import { applyAlias, type ConfigOptions, evaluateConfig, readViteSettings } from "../../../preview/vite/index.ts";
import { ToolHarness } from "./tool-harness.ts";

const harness = new ToolHarness({ timeoutMs: 8_000 });
afterAll(() => harness.stop());

const development: ConfigOptions = { mode: "development", command: "serve" };
const publication: ConfigOptions = { mode: "production", command: "build" };
const read = (files: Record<string, string>, options = development) =>
  readViteSettings(new Map(Object.entries(files)), harness, options);
const readConfig = (code: string, more: Record<string, string> = {}) => read({ "vite.config.ts": code, ...more });
const messages = ({ warnings }: { warnings: { message: string }[] }) => warnings.map(({ message }) => message);

describe("readViteSettings", () => {
  it("readViteSettings returns Vite's defaults without a vite.config", async () => {
    const settings = await read({ "index.html": "" });
    expect(settings).toMatchObject({
      root: "",
      base: "/",
      publicDir: "public",
      envPrefix: ["VITE_"],
      alias: [],
      warnings: [],
    });
  });

  it("readViteSettings takes the base of another build's output from the addresses in its page", async () => {
    const page =
      '<link href="/repo/a.css"><script type="module" src="/repo/assets/main.js"></script><a href="/repo/docs">';
    const output = { "index.html": page, "assets/main.js": "", "a.css": "" };
    expect((await read(output)).base).toBe("/repo/");
    expect((await read({ ...output, "repo/assets/main.js": "" })).base).toBe("/");
    expect((await read({ ...output, "public/repo/b.js": "" })).base).toBe("/");
    expect((await read({ "index.html": page })).base).toBe("/");
    const two = { ...output, "index.html": `${page}<img src="/other/a.css">` };
    expect((await read(two)).base).toBe("/");
  });

  it("readViteSettings reads the configuration of create-vite for React", async () => {
    const settings = await readConfig(`import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

// https://vite.dev/config/
export default defineConfig({
  plugins: [react()],
})`);
    expect(settings.plugins).toEqual([{ name: "@vitejs/plugin-react", options: {} }]);
    expect(settings.warnings).toEqual([]);
  });

  it("readViteSettings reads the configuration of create-vue", async () => {
    const settings = await readConfig(`import { fileURLToPath, URL } from 'node:url'
import { defineConfig } from 'vite'
import vue from '@vitejs/plugin-vue'
import vueJsx from '@vitejs/plugin-vue-jsx'
import vueDevTools from 'vite-plugin-vue-devtools'

export default defineConfig({
  plugins: [vue(), vueJsx(), vueDevTools()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
})`);
    expect(settings.alias).toEqual([{ find: "@", replacement: "/src" }]);
    expect(settings.plugins.map(({ name }) => name)).toEqual([
      "@vitejs/plugin-vue",
      "@vitejs/plugin-vue-jsx",
      "vite-plugin-vue-devtools",
    ]);
    expect(settings.warnings).toEqual([]);
  });

  it("readViteSettings reads the configuration of shadcn", async () => {
    const settings = await readConfig(`import path from "path"
import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": path.resolve(__dirname, "./src") } },
})`);
    expect(settings.alias).toEqual([{ find: "@", replacement: "/src" }]);
    expect(settings.warnings).toEqual([]);
  });

  it("readViteSettings reads a Lovable export, whose plugins depend on the mode", async () => {
    const files = {
      "vite.config.ts": `import { defineConfig } from "vite";
import react from "@vitejs/plugin-react-swc";
import path from "path";
import { componentTagger } from "lovable-tagger";
export default defineConfig(({ mode }) => ({
  server: { host: "::", port: 8080, hmr: { overlay: false } },
  plugins: [react(), mode === "development" && componentTagger()].filter(Boolean),
  resolve: { alias: { "@": path.resolve(__dirname, "./src") }, dedupe: ["react", "react-dom"] },
}));`,
    };
    const inDevelopment = await read(files);
    expect(inDevelopment.plugins.map(({ name }) => name)).toEqual(["@vitejs/plugin-react-swc", "lovable-tagger"]);
    expect(inDevelopment.dedupe).toEqual(["react", "react-dom"]);
    const inProduction = await read(files, publication);
    expect(inProduction.plugins.map(({ name }) => name)).toEqual(["@vitejs/plugin-react-swc"]);
    expect([...inDevelopment.warnings, ...inProduction.warnings]).toEqual([]);
  });

  it("readViteSettings reads a Replit export with another root, several aliases and awaited plugins", async () => {
    const settings = await readConfig(`import { defineConfig } from "vite";
import react from "@vitejs/plugin-react";
import path from "path";
import runtimeErrorOverlay from "@replit/vite-plugin-runtime-error-modal";
export default defineConfig({
  plugins: [react(), runtimeErrorOverlay(),
    ...(process.env.NODE_ENV !== "production" && process.env.REPL_ID !== undefined
      ? [await import("@replit/vite-plugin-cartographer").then((m) => m.cartographer())] : [])],
  resolve: { alias: {
    "@": path.resolve(import.meta.dirname, "client", "src"),
    "@shared": path.resolve(import.meta.dirname, "shared"),
    "@assets/": path.resolve(import.meta.dirname, "attached_assets") + "/",
  } },
  root: path.resolve(import.meta.dirname, "client"),
  build: { outDir: path.resolve(import.meta.dirname, "dist/public"), emptyOutDir: true },
  server: { fs: { strict: true, deny: ["**/.*"] } },
});`);
    expect(settings).toMatchObject({ root: "client", publicDir: "client/public", envDir: "client", warnings: [] });
    expect(settings.alias).toEqual([
      { find: "@", replacement: "/client/src" },
      { find: "@shared", replacement: "/shared" },
      { find: "@assets", replacement: "/attached_assets" },
    ]);
  });

  it("readViteSettings reads variables by loadEnv and constants of several kinds", async () => {
    const settings = await readConfig(
      `import { defineConfig, loadEnv } from 'vite';
import pkg from './package.json';
export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, process.cwd(), '');
  return {
    define: {
      'process.env.API_KEY': JSON.stringify(env.API_KEY),
      __APP_VERSION__: JSON.stringify(pkg.version),
      __DEV__: mode === 'development',
      __CONFIG__: { a: [1, null] },
      global: 'globalThis',
      __NONE__: undefined,
    },
    envPrefix: ['VITE_', 'PUBLIC_'],
  };
});`,
      { ".env": "API_KEY=k\n", "package.json": '{"version":"1.2.3"}' },
    );
    expect(settings.define).toEqual({
      "process.env.API_KEY": '"k"',
      __APP_VERSION__: '"1.2.3"',
      __DEV__: "true",
      __CONFIG__: '{"a":[1,null]}',
      global: "globalThis",
      __NONE__: "undefined",
    });
    expect(settings.envPrefix).toEqual(["VITE_", "PUBLIC_"]);
  });

  it("readViteSettings loads variables of another folder, and reads Node's process as a module", async () => {
    const settings = await readConfig(
      `import process from "node:process"; import { loadEnv } from "vite";
export default ({ mode }) => ({ envDir: false, define: {
  __A__: JSON.stringify([loadEnv(mode, "client"), loadEnv(mode, process.cwd() + "/client/"), loadEnv(mode, process.cwd())]) } });`,
      { "client/.env": "VITE_A=1\n" },
    );
    expect(settings.define).toEqual({ __A__: '[{"VITE_A":"1"},{"VITE_A":"1"},{}]' });
    expect(settings.envDir).toBeNull();
  });

  it.each([
    "export default { root: 'client', envDir: '../env', publicDir: 'static', base: 'sub' }",
    "import path from 'path'; export default { root: path.resolve(__dirname, 'app'), publicDir: false, envPrefix: 'APP_' }",
    "export default { base: '', define: { A: '1', B: { c: 2 }, C: true }, resolve: { alias: { '@/': '/src/', x: 'y', z: __dirname } } }",
    "export default () => ({ resolve: { alias: [{ find: /^a/, replacement: '/b' }], dedupe: ['c'] }, base: 'https://d.e/f' })",
  ])("readViteSettings resolves %s as Vite does", async (code) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "config-")));
    try {
      writeFileSync(join(folder, "vite.config.ts"), code);
      const resolved = await resolveConfig({ configFile: join(folder, "vite.config.ts"), logLevel: "silent" }, "serve");
      const settings = await readConfig(code);
      // Without a root, Vite uses its working directory.
      const roots = [folder, process.cwd()].map((base) => relative(base, resolved.root));
      expect(settings.root).toBe(roots.find((root) => !root.startsWith("..")));
      expect(settings.base).toBe(resolved.base);
      expect(settings.publicDir === null).toBe(resolved.publicDir === "");
      expect(settings.envPrefix).toEqual([resolved.envPrefix ?? "VITE_"].flat());
      expect(settings.dedupe).toEqual(resolved.resolve.dedupe ?? []);
      const define = Object.entries(resolved.define ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      expect(settings.define).toEqual(Object.fromEntries(define));
      const own = resolved.resolve.alias.filter(({ find }) => !/vite/.test(String(find)));
      const told = own.map(({ find, replacement }) => [String(find), replacement.replace(folder, "") || "/"]);
      expect(
        settings.alias.map(({ find, replacement }) => [
          typeof find === "string" ? find : `/${find.regex}/`,
          replacement,
        ]),
      ).toEqual(told);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("readViteSettings reads styles, targets, pages and a base", async () => {
    const settings = await readConfig(`import { resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from 'tailwindcss';
import autoprefixer from 'autoprefixer';
const __dirname = dirname(fileURLToPath(import.meta.url));
export default {
  base: 'https://me.github.io/repo',
  publicDir: 'static',
  css: {
    modules: { localsConvention: 'camelCaseOnly' },
    preprocessorOptions: { scss: { additionalData: '@use "@/styles/vars" as *;', api: 'modern' } },
    postcss: { plugins: [tailwindcss(), autoprefixer({ grid: true })] },
  },
  build: { target: ['es2020', 'safari14'], rollupOptions: { input: {
    main: resolve(__dirname, 'index.html'), admin: 'admin/index.html' } } },
  esbuild: { jsxFactory: 'h', jsxFragment: 'Fragment' },
};`);
    expect(settings).toMatchObject({
      base: "/repo/",
      publicDir: "static",
      cssModules: { localsConvention: "camelCaseOnly" },
      preprocessorOptions: { scss: { additionalData: '@use "@/styles/vars" as *;', api: "modern" } },
      postcss: {
        path: "vite.config.ts",
        plugins: [
          { $: "package", name: "tailwindcss", path: [], args: [] },
          { $: "package", name: "autoprefixer", path: [], args: [{ grid: true }] },
        ],
      },
      target: ["es2020", "safari14"],
      inputs: ["index.html", "admin/index.html"],
      jsx: { factory: "h", fragment: "Fragment" },
      warnings: [],
    });
  });

  it("readViteSettings reads an asynchronous function, merged configurations, local files and imported modules", async () => {
    const settings = await readConfig(
      `import { mergeConfig, type UserConfig } from "vite";
import { readFileSync, existsSync, readdirSync } from "node:fs";
import shared, { names } from "./config/shared";
export default async ({ command, isSsrBuild }): Promise<UserConfig> => mergeConfig(shared, {
  resolve: { alias: [{ find: /^~(.+)/, replacement: "/src/$1" }, { find: "lib", replacement: "lib/dist/esm" }] },
  define: {
    __NAME__: JSON.stringify(JSON.parse(readFileSync("./package.json", "utf-8")).name),
    __HAS__: existsSync(new URL("./missing", import.meta.url)), __LIST__: JSON.stringify(readdirSync("config")),
    __COMMAND__: JSON.stringify([command, isSsrBuild, names, import.meta.url]),
  },
} satisfies UserConfig);`,
      {
        "package.json": '{"name":"p"}',
        "config/shared.ts": `import { fileURLToPath } from "url"; export const names: string[] = [import.meta.dirname];
          export default { base: "./", resolve: { alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) } } };`,
      },
    );
    expect(settings.warnings).toEqual([]);
    expect(settings.base).toBe("/");
    expect((await read({ "vite.config.js": "export default { base: './' }" }, publication)).base).toBe("./");
    expect(settings.alias).toEqual([
      { find: { regex: "^~(.+)", flags: "" }, replacement: "/src/$1" },
      { find: "lib", replacement: "lib/dist/esm" },
      { find: "@", replacement: "/src" },
    ]);
    expect(settings.define).toEqual({
      __NAME__: '"p"',
      __HAS__: "false",
      __LIST__: '["shared.ts"]',
      __COMMAND__: '["serve",false,["/project/config"],"file:///project/vite.config.ts"]',
    });
  });

  it("A configuration reads the files that it has written, and removed ones are missing", async () => {
    const settings = await readConfig(
      `import fs from "node:fs";
fs.mkdirSync("cache/notes", { recursive: true });
fs.writeFileSync("cache/notes/a.txt", "one");
fs.appendFileSync("cache/notes/a.txt", " two");
fs.copyFileSync("cache/notes/a.txt", "cache/b.txt");
fs.rmSync("cache/notes", { recursive: true });
export default { define: { __B__: fs.readFileSync("cache/b.txt", "utf8"), __A__: fs.existsSync("cache/notes/a.txt") } };`,
      { "package.json": "{}" },
    );
    expect(settings.warnings).toEqual([]);
    expect(settings.define).toEqual({ __B__: "one two", __A__: "false" });
  });

  it("readViteSettings reads a CommonJS configuration and options of plugins", async () => {
    const settings = await read({
      "vite.config.cjs": `const { defineConfig } = require("vite"); const path = require("path");
const svgr = require("vite-plugin-svgr").default; const react = require("@vitejs/plugin-react");
module.exports = defineConfig({ plugins: [[react({ jsxImportSource: "@emotion/react" })], svgr({ include: "**/*.svg" })],
  resolve: { alias: { src: path.join(__dirname, "src") } } });`,
    });
    expect(settings.alias).toEqual([{ find: "src", replacement: "/src" }]);
    expect(settings.plugins[1]).toEqual({ name: "vite-plugin-svgr", options: { include: "**/*.svg" } });
    expect(settings.jsx).toEqual({ importSource: "@emotion/react" });
  });

  it("readViteSettings warns once by name and place of each unsupported setting", async () => {
    const settings = await readConfig(`import { VitePWA } from "vite-plugin-pwa";
import { execSync } from "node:child_process";
export default {
  plugins: [VitePWA({ registerType: "autoUpdate" }), { name: "mine", transform() {}, renderChunk() {}, configureServer() {} }],
  server: { proxy: { "/api": "http://localhost:3000" } },
  resolve: { alias: { a: () => "b" } },
  define: { __COMMIT__: execSync("git rev-parse HEAD") },
  css: { preprocessorOptions: { scss: { additionalData: (code) => code, functions: { a: () => 1 } } } },
};`);
    expect(messages(settings)).toEqual([
      'vite.config.ts imports "node:child_process", which does not exist here. What it makes of it is left out.',
      'The setting "server.proxy" of vite.config.ts has no effect here.',
      'An alias of vite.config is not written as text, so it is left out: "a".',
      'The constant "__COMMIT__" of vite.config cannot be computed here, so it is not defined.',
      'Edgesmith does not call the function in the option "functions" of scss.',
      'Edgesmith does not run the plugin "vite-plugin-pwa" of vite.config.ts. The app works online only and cannot be installed.',
      'Edgesmith does not run the hook "configureServer" of the plugin "mine" that vite.config.ts defines itself.',
    ]);
    expect(settings.warnings[1]).toMatchObject({ path: "vite.config.ts", line: 5 });
    expect(settings.define).toEqual({});
  });

  it("readViteSettings gives a configuration the variables that hosts set, which are none of the app's", async () => {
    const settings = await readConfig(`if (!(Number(process.env.PORT) > 0)) throw new Error("PORT is required");
if (!process.env.BASE_PATH) throw new Error("BASE_PATH is required");
process.env.VITE_OWN = "1";
export default { base: process.env.BASE_PATH, server: { port: Number(process.env.PORT) } };`);
    expect(messages(settings)).toEqual([]);
    expect(settings.base).toBe("/");
    expect(settings.variables).toEqual({ VITE_OWN: "1" });
  });

  it("Plugins of Rollup that the build stands in for are not run and not warned of, and the others are run", async () => {
    const settings = await readConfig(`import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import replace from "@rollup/plugin-replace";
import { visualizer } from "rollup-plugin-visualizer";
export default {
  plugins: [commonjs(), nodeResolve({ browser: true }), terser(), replace({ A: "1" })],
  build: { rollupOptions: { plugins: [visualizer(), [commonjs()]] } },
};`);
    expect(messages(settings)).toEqual([]);
    expect(settings.run.packages).toEqual(["@rollup/plugin-replace"]);
    const further = await readConfig(`import replace from "@rollup/plugin-replace";
export default { build: { rollupOptions: { plugins: [replace({ A: "1" })] } }, worker: { plugins: () => [] } };`);
    expect(messages(further)).toEqual([
      'The setting "build.rollupOptions.plugins" of vite.config.ts has no effect here.',
      'The setting "worker.plugins" of vite.config.ts has no effect here.',
    ]);
  });

  it("readViteSettings warns that the files which a plugin copies are missing", async () => {
    const settings = await readConfig(`import copy from "rollup-plugin-copy";
export default { plugins: [copy({ targets: [{ src: "a/*", dest: "dist/b" }] })] };`);
    expect(messages(settings)).toEqual([
      'Edgesmith does not run the plugin "rollup-plugin-copy" of vite.config.ts. Files that only it copies are missing: put them into public/.',
    ]);
  });

  it("readViteSettings warns that Nx's plugin copies no files", async () => {
    const { warnings } = await readConfig(`import { nxCopyAssetsPlugin } from "@nx/vite/plugins/nx-copy-assets.plugin";
export default { plugins: [nxCopyAssetsPlugin(["*.md"])] };`);
    expect(warnings.map(({ message }) => message)).toEqual([
      'Edgesmith does not run the plugin "@nx/vite/plugins/nx-copy-assets.plugin" of vite.config.ts. Files that only it copies are missing: put them into public/.',
    ]);
  });

  it("readViteSettings names the plugins whose hooks are run, by the command that they are meant for", async () => {
    const { run } = await readConfig(`import mdx from "@mdx-js/rollup";
import gfm from "remark-gfm";
import { VitePWA } from "vite-plugin-pwa";
import react from "@vitejs/plugin-react";
import csv from "vite-plugin-csv";
export default { plugins: [react(), csv(), VitePWA(), mdx(), Promise.resolve([{ name: "late", load() {} }]),
  { name: "built", apply: "build", load() {} }, { name: "served", apply: "serve", transform: { handler() {} } }, { name: "quiet", config() {} },
  { enforce: "pre", ...mdx({ remarkPlugins: [gfm] }) }] };`);
    expect(run).toEqual({ own: ["late", "served"], packages: ["vite-plugin-csv", "@mdx-js/rollup"] });
  });

  it("readViteSettings takes settings from the config hooks of plugins, in Vite's order, and says which one failed", async () => {
    const settings = await readConfig(`export default { define: { __A__: 1, __ORDER__: [] }, plugins: [
  { name: "post", enforce: "post", config: (config) => ({ define: { __ORDER__: [...config.define.__ORDER__, "post"] } }) },
  { name: "broken", config() { throw new Error("not today"); } },
  { name: "built", apply: "build", config: () => ({ define: { __B__: 1 } }) },
  { name: "pre", enforce: "pre", config: { handler: (_, { command }) => ({ resolve: { alias: { x: "/src/" + command } }, define: { __ORDER__: ["pre"] } }) } },
] };`);
    expect(settings.define).toEqual({ __A__: "1", __ORDER__: '["pre","pre","post"]' });
    expect(settings.alias).toEqual([{ find: "x", replacement: "/src/serve" }]);
    expect(messages(settings)).toEqual([
      'The hook "config" of the plugin "broken" in vite.config.ts failed: not today',
    ]);
  });

  it("An alias of the app's own folder leads to its files, in each way to write it", async () => {
    for (const folder of ['path.resolve(__dirname, ".")', '"/"', 'fileURLToPath(new URL("./", import.meta.url))']) {
      const source = `import path from "node:path";
import { fileURLToPath } from "node:url";
export default { resolve: { alias: { "@": ${folder} } } };`;
      expect(applyAlias("@/src/a", (await readConfig(source)).alias)).toBe("/src/a");
    }
  });

  it("The aliases of Preact's preset, which replace React, come after the project's own", async () => {
    const source = (options: string) => `import preact from "@preact/preset-vite";
export default { plugins: [preact(${options})], resolve: { alias: { react: "/src/react.ts" } } };`;
    const meant = async (options: string, specifier: string) =>
      applyAlias(specifier, (await readConfig(source(options))).alias);
    expect(await meant("", "react")).toBe("/src/react.ts");
    expect(await meant("", "react-dom/client")).toBe("preact/compat/client");
    expect(await meant("", "react-dom/test-utils")).toBe("preact/test-utils");
    expect(await meant("{ reactAliasesEnabled: false }", "react-dom")).toBeNull();
  });

  it("readViteSettings takes the configuration that a script of package.json names for the command", async () => {
    const scripts = { dev: "vite --config vite/dev.mjs --host", build: "tsc && vite build -c ./vite/prod.mjs" };
    const files = {
      "package.json": JSON.stringify({ scripts }),
      "vite/dev.mjs": 'export default { base: "/dev/" };',
      "vite/prod.mjs": 'export default { base: "/prod/" };',
    };
    expect((await read(files, development)).base).toBe("/dev/");
    expect((await read(files, publication)).base).toBe("/prod/");
  });

  it("Babel plugins are run by the module that Babel would load, without those that have no effect on an app", async () => {
    const settings = await readConfig(`import solid from "vite-plugin-solid";
import labels from "babel-plugin-solid-labels";
import react from "@vitejs/plugin-react";
import babel from "@rolldown/plugin-babel";
const plugins = ["babel-plugin-react-compiler", ["@emotion", { sourceMap: false }], "module:@preact/signals-react-transform"];
export default { plugins: [
  solid({ babel: { plugins: [[labels, { dev: true }]] } }), react({ babel: { plugins } }), babel({ plugins: ["styled-components", ["transform-define", { A: 1 }], "transform-class-properties"] }),
] };`);
    expect(messages(settings)).toEqual([]);
    expect(settings.babel).toEqual([
      { name: "babel-plugin-solid-labels", options: { dev: true } },
      { name: "@emotion/babel-plugin", options: { sourceMap: false } },
      { name: "@preact/signals-react-transform", options: {} },
      { name: "babel-plugin-styled-components", options: {} },
      { name: "babel-plugin-transform-define", options: { A: 1 } },
    ]);
  });

  it("Babel plugins that read the disk, are files of the project, or have functions as options are named", async () => {
    const settings = await readConfig(`import react from "@vitejs/plugin-react";
const plugins = ["macros", "./own-plugin.js", ["relay", { schema: () => "" }]];
export default { plugins: [react({ babel: { plugins } })] };`);
    expect(settings.babel).toEqual([]);
    expect(messages(settings)).toEqual([
      'Edgesmith does not run the Babel plugin "macros" of vite.config.ts. Code that needs it fails.',
      'Edgesmith does not run the Babel plugin "./own-plugin.js" of vite.config.ts. Code that needs it fails.',
      'Edgesmith does not run the Babel plugin "relay" of vite.config.ts. Code that needs it fails.',
    ]);
  });

  it("A warning of a plugin that changes an app's code names the consequence of its absence", async () => {
    const settings = await readConfig(`import windicss from "vite-plugin-windicss";
import ui from "@nuxt/ui/vite";
import pages from "vite-plugin-pages";
export default { plugins: [windicss(), ui(), pages({ extendRoute: (route) => route })] };`);
    expect(messages(settings)).toEqual([
      'Edgesmith does not run the plugin "@nuxt/ui/vite" of vite.config.ts. Its components are missing: use those of another library, or ask an agent to.',
      'Edgesmith does not call the function in the option "extendRoute" of the plugin "vite-plugin-pages".',
    ]);
  });

  it.each([
    ["throws", 'throw new Error("no token");', "no token"],
    ["does not parse", "export default {", "end of file"],
    [
      "throws what a package gave it",
      'import { load } from "envoy"; const { error } = load(); if (error) throw error; export default {};',
      'it throws a value of the package "envoy", which does not run here',
    ],
    ["loops", "while (true) {}\nexport default {};", "did not end within"],
    ["fetches", 'await fetch("https://example.com");\nexport default {};', "not permitted"],
    [
      "reads a file that is not there",
      'import fs from "fs";\nfs.readFileSync("./cert.pem");\nexport default {};',
      "ENOENT",
    ],
    [
      "grows without end",
      "const a = []; const f = () => { const o = {}; o.o = a; a.push(o); return o; };\nfor (let i = 0; i < 3e4; i++) f();\nexport default { a };",
      "more than 20000 values",
    ],
  ])("readViteSettings falls back to defaults with the reason when a configuration %s", async (_, code, reason) => {
    const settings = await readConfig(code);
    expect(settings.alias).toEqual([{ find: "@", replacement: "/src" }]);
    expect(messages(settings)).toEqual([expect.stringContaining("vite.config.ts could not be evaluated")]);
    expect(messages(settings)[0]).toContain(reason);
  });

  it("readViteSettings lists folders for a configuration as Node does", async () => {
    const code = `import fs from "node:fs";
import { opendir } from "node:fs/promises";
const typed = (options) => fs.readdirSync("src", options).map((one) => [one.name, one.isDirectory(), one.parentPath.slice(__dirname.length)]);
const opened = [];
for await (const one of await opendir("src/pages")) if (one.isFile()) opened.push(one.name);
export default { define: { CODE: JSON.stringify([
  fs.readdirSync("src"), fs.readdirSync("src", { recursive: true }), typed({ withFileTypes: true }), typed({ withFileTypes: true, recursive: true }), opened,
]) } };`;
    const settings = await readConfig(code, { "src/a.js": "", "src/pages/b.html": "" });
    expect(messages(settings)).toEqual([]);
    const a = ["a.js", false, "/src"];
    const pages = ["pages", true, "/src"];
    expect(JSON.parse(settings.define.CODE ?? "")).toEqual([
      ["a.js", "pages"],
      ["a.js", "pages", "pages/b.html"],
      [a, pages],
      [a, pages, ["b.html", false, "/src/pages"]],
      ["b.html"],
    ]);
  });

  it("readViteSettings lists files by globs for a configuration, as the packages for it do", async () => {
    const files = {
      "index.html": "",
      "src/index.html": "",
      "src/pages/a.html": "",
      "src/pages/b/c.html": "",
      "src/pages/b/_part.html": "",
      "src/.hidden/d.html": "",
      "src/pages/x+1.js": "",
    };
    const code = `import fg from "fast-glob";
import * as whole from "glob";
import { glob, globSync } from "tinyglobby";
import { globby } from "globby";
import fs from "node:fs";
const { sync } = require("glob");
export default async () => ({
  build: { rollupOptions: { input: Object.fromEntries(fg.sync("src/**/[!_]*.html", { cwd: __dirname, absolute: true }).map((path) => [path.slice(__dirname.length), path])) } },
  define: { CODE: JSON.stringify([
    await fg(["src/pages/*.{html,js}", "!**/a.*"]), await glob("pages/**/*.html", { cwd: "src", ignore: ["**/_*"] }), globSync(["./src/*/?.html"]),
    whole.sync("*.html"), glob.sync === undefined, sync("src/pages/{1..2,b}/*.html"), await globby("**/d.html", { dot: true }), fg.sync("src/*", { onlyDirectories: true }), fs.globSync("src/pages/x+1.js"),
  ]) },
});`;
    const settings = await readConfig(code, files);
    expect(messages(settings)).toEqual([]);
    expect(settings.inputs).toEqual(["src/index.html", "src/pages/a.html", "src/pages/b/c.html"]);
    expect(JSON.parse(settings.define.CODE ?? "")).toEqual([
      ["src/pages/x+1.js"],
      ["pages/a.html", "pages/b/c.html"],
      ["src/pages/a.html"],
      ["index.html"],
      false,
      ["src/pages/b/_part.html", "src/pages/b/c.html"],
      ["src/.hidden/d.html"],
      ["src/pages"],
      ["src/pages/x+1.js"],
    ]);
  });

  it("readViteSettings gives a configuration the variables that dotenv reads", async () => {
    const code = `import { resolve } from "path";
import * as dotenv from "dotenv";
import { expand } from "dotenv-expand";
const result = dotenv.config();
if (result.error) throw result.error;
expand(dotenv.config({ path: resolve(__dirname, "config/shop.env") }));
const { error } = dotenv.config({ path: ["none.txt", ".env"] });
if (dotenv.config({ path: ".env.none" }).error) throw new Error("Imports leave such files out.");
const { A } = dotenv.parse(Buffer.from("A='a b' # c"));
process.env.VITE_FULL = process.env.HOST + process.env.VITE_PATH;
export default { root: process.env.ROOT, define: { CODE: JSON.stringify([error.code, A]) } };`;
    const files = { ".env": "ROOT=src\nHOST=shop.example", "config/shop.env": 'HOST=other\nVITE_PATH="/$ROOT/a"' };
    const settings = await readConfig(code, files);
    expect(messages(settings)).toEqual([]);
    expect(settings).toMatchObject({ root: "src", define: { CODE: '["ENOENT","a b"]' } });
    expect(settings.variables).toMatchObject({ VITE_PATH: "/src/a", VITE_FULL: "shop.example/src/a" });
    const imported = await readConfig('import "dotenv/config"; export default { base: process.env.BASE };', {
      ".env": "BASE=/shop/",
    });
    expect(imported.base).toBe("/shop/");
  });

  it("readViteSettings names the variables of the shell that a configuration may have failed for", async () => {
    const code = `const { shop, NODE_ENV } = process.env as Env;
const titles: Record<string, { title: string }> = { books: { title: "Books" } };
export default { define: { TITLE: JSON.stringify(titles[shop!].title), MODE: process.env.MODE } };`;
    expect(messages(await readConfig(code))).toEqual([
      expect.stringMatching(
        /\. It reads MODE, shop from process\.env, which nothing sets here: write a value in its place\.$/,
      ),
    ]);
  });

  it("readViteSettings names the variables of .env files that a configuration may have failed for", async () => {
    const config = `import { loadEnv } from "vite";
export default ({ mode }) => {
  const env = loadEnv(mode, process.cwd());
  const { VITE_HOST: host, VITE_SET } = loadEnv(mode, process.cwd());
  return { server: { host, open: VITE_SET, port: JSON.parse(env.VITE_PORT), https: env["VITE_HTTPS"] } };
};`;
    expect(messages(await readConfig(config, { ".env": "VITE_SET=1" }))).toEqual([
      expect.stringMatching(
        /\. It reads VITE_PORT, VITE_HTTPS, VITE_HOST by loadEnv, which no \.env file beside it sets: add a file \.env with them\.$/,
      ),
    ]);
    const other = "export default ({ mode }) => { const env = { VITE_A: undefined }; return JSON.parse(env.VITE_A); };";
    expect(messages(await readConfig(other))[0]).not.toContain("It reads");
  });

  it("readViteSettings evaluates the next configuration after one that looped, without another's globals", async () => {
    await readConfig("globalThis.leak = 1; export default {};");
    const settings = await readConfig(
      'export default { define: { __LEAK__: typeof globalThis.leak === "undefined" } };',
    );
    expect(settings.define).toEqual({ __LEAK__: "true" });
  });
});

describe("evaluateConfig", () => {
  it("evaluateConfig returns a Tailwind configuration as data, with plugins by name", async () => {
    const code = `import type { Config } from "tailwindcss";
export default { darkMode: ["class"], content: ["./src/**/*.tsx"], theme: { extend: { colors: { a: "hsl(var(--a))" } } },
  plugins: [require("tailwindcss-animate"), require("@tailwindcss/typography")({ className: "p" })] } satisfies Config;`;
    const { value, warnings } = await evaluateConfig(
      new Map([["tailwind.config.ts", code]]),
      "tailwind.config.ts",
      harness,
      development,
    );
    expect(warnings).toEqual([]);
    expect(value).toEqual({
      darkMode: ["class"],
      content: ["./src/**/*.tsx"],
      theme: { extend: { colors: { a: "hsl(var(--a))" } } },
      plugins: [
        { $: "package", name: "tailwindcss-animate", path: [], args: null },
        { $: "package", name: "@tailwindcss/typography", path: [], args: [{ className: "p" }] },
      ],
    });
  });

  it("evaluateConfig imports a package for real when it is named", async () => {
    const code =
      'import colors from "tailwindcss/colors"; export default { theme: { colors: { gray: colors.zinc[500] } } };';
    const options = { ...development, packages: { tailwindcss: "4" } };
    const { value } = await evaluateConfig(
      new Map([["tailwind.config.js", code]]),
      "tailwind.config.js",
      harness,
      options,
    );
    expect(value).toEqual({ theme: { colors: { gray: expect.stringMatching(/^oklch/) } } });
  });

  it("evaluateConfig returns a PostCSS configuration as data", async () => {
    const code = 'export default { plugins: { "@tailwindcss/postcss": {}, autoprefixer: { grid: "autoplace" } } };';
    const { value } = await evaluateConfig(
      new Map([["postcss.config.mjs", code]]),
      "postcss.config.mjs",
      harness,
      development,
    );
    expect(value).toEqual({ plugins: { "@tailwindcss/postcss": {}, autoprefixer: { grid: "autoplace" } } });
  });
});
