import { describe, expect, it, vi } from "vitest";
import { InstalledPackages } from "../../preview/packages/installed-packages.ts";
import { resolveImport } from "../../preview/project/resolve-import.ts";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Preview, preview } from "./preview.ts";

// Packages of some hundred modules take seconds on a quiet machine, most of a minute on a busy one.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head>\n<script type="module" src="/src/main.tsx"></script>';

/** Builds files beside the page and gives the script that came out; raises with the diagnostics where none did. */
async function scriptOf(files: Record<string, string>): Promise<string> {
  const app = await preview({ "index.html": PAGE, ...files });
  return built(app, /src="(\/__edgesmith\/built\/[^"]+)"/);
}

async function styleOf(files: Record<string, string>): Promise<string> {
  const app = await preview({ "index.html": PAGE, ...files });
  return built(app, /href="(\/__edgesmith\/built\/[^"]+)"/);
}

async function built(app: Preview, pattern: RegExp): Promise<string> {
  const { ok, diagnostics } = await app.prepare();
  if (!ok) throw new Error(JSON.stringify(diagnostics));
  return app.text(pattern.exec(await (await app.page("/")).text())?.[1] ?? "/missing");
}

async function diagnosticsOf(files: Record<string, string>): Promise<Diagnostic[]> {
  return (await (await preview({ "index.html": PAGE, ...files })).prepare()).diagnostics;
}

const packageJson = (dependencies: Record<string, string>) => JSON.stringify({ dependencies });

describe("tsconfig.json", () => {
  it("gives import patterns, with comments, trailing commas and a byte order mark", async () => {
    const script = await scriptOf({
      "tsconfig.json": `\uFEFF{
        // The shared code.
        "compilerOptions": { "paths": { "@shared/*": ["./missing/*", "./shared/*"], "~/*": ["./src/*"], "exact": ["./shared/exact.ts"], }, /* and no more */ },
      }`,
      "src/main.tsx":
        'import { a } from "@shared/a"; import { b } from "~/lib/b"; import { c } from "exact"; import { d } from "@/lib/b"; console.log(a, b, c, d);',
      "shared/a.ts": 'export const a: string = "shared-a";',
      "shared/exact.ts": 'export const c = "exact-c";',
      "src/lib/b.ts": 'export const b = "lib-b", d = "lib-d";',
    });
    for (const text of ["shared-a", "exact-c", "lib-b", "lib-d"]) expect(script).toContain(text);
  });

  it("is read with what it extends and refers to, each with paths of its own place", async () => {
    const script = await scriptOf({
      "tsconfig.json":
        '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
      "tsconfig.node.json": '{ "compilerOptions": { "paths": { "#app/*": ["./wrong/*"] } } }',
      "tsconfig.app.json":
        '{ "extends": ["./config/base", "./config/jsx.json"], "compilerOptions": { "strict": true } }',
      "config/base.json":
        '{ "extends": "./deeper.json", "compilerOptions": { "paths": { "#app/*": ["../src/app/*"] } } }',
      "config/deeper.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
      "config/jsx.json": '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "@/jsx" } }',
      "src/jsx/jsx-runtime.ts": 'export const jsx = (tag: string) => "own-jsx " + tag; export const jsxs = jsx;',
      "src/app/a.ts": 'export const a = "app-a";',
      "src/main.tsx":
        'import { a } from "#app/a"; function d(t: any, k: string) { t.seen = k } class A { @d x = 1 } console.log(a, <b />, A);',
    });
    expect(script).toContain("app-a");
    expect(script).toContain("own-jsx");
    expect(script).toContain("__decorateClass");
  });

  it("extends a configuration of a package, and says where it names one that is not there", async () => {
    const files = {
      "src/main.tsx": "export class A { x = 1 } console.log(new A());",
      "package.json": packageJson({ "@tsconfig/recommended": "1.0.8" }),
      "tsconfig.json": '{\n  "extends": "@tsconfig/recommended/tsconfig.json" }',
    };
    expect(await diagnosticsOf(files)).toEqual([]);
    const missing = await diagnosticsOf({ ...files, "tsconfig.json": '{\n  "extends": "@tsconfig/nowhere" }' });
    expect(missing).toMatchObject([{ path: "tsconfig.json", line: 2, severity: "warning" }]);
    const circular = {
      "tsconfig.json": '{ "extends": "./other.json" }',
      "other.json": '{ "extends": "./tsconfig.json" }',
    };
    expect(await diagnosticsOf({ ...files, ...circular })).toEqual([]);
  });

  it("gives a base for imports, after which packages are looked for", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ "is-number": "7.0.0" }),
      "tsconfig.json": '{ "compilerOptions": { "baseUrl": "src", "paths": { "components/*": ["ui/*"] } } }',
      "src/main.tsx":
        'import { a } from "lib/a"; import { b } from "components/b"; import isNumber from "is-number"; console.log(a, b, isNumber);',
      "src/lib/a.ts": 'export const a = "base-a";',
      "src/ui/b.ts": 'export const b = "ui-b";',
    });
    for (const text of ["base-a", "ui-b", "is-number/index.js"]) expect(script).toContain(text);
  });

  it("decides how decorators, class fields and JSX are compiled", async () => {
    const main = { "src/main.tsx": "declare const h: any; class A { x = 1 } console.log(<b>{new A().x}</b>, <></>);" };
    const options = { useDefineForClassFields: false, jsx: "react", jsxFactory: "h", jsxFragmentFactory: "h.part" };
    const script = await scriptOf({ ...main, "tsconfig.json": JSON.stringify({ compilerOptions: options }) });
    expect(script).toContain("this.x = 1");
    expect(script).toContain('h("b"');
    expect(script).toContain("h(h.part");
  });

  it("makes decorated fields of Lit work", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ lit: "3.3.1" }),
      "tsconfig.json":
        '{"compilerOptions":{"target":"ES2021","experimentalDecorators":true,"useDefineForClassFields":false}}',
      "src/main.tsx":
        'import { LitElement } from "lit"; import { customElement, property } from "lit/decorators.js"; @customElement("x-a") class XA extends LitElement { @property() name = "lit"; } console.log(XA);',
    });
    expect(script).toContain("__decorateClass");
    expect(script).toContain('this.name = "lit"');
  });

  it("that is not valid JSON is a warning with its place, and what could be read of it counts", async () => {
    const app = await preview({
      "index.html": PAGE,
      "tsconfig.json": '{\n  "compilerOptions": { "paths": { "~/*": ["./src/*"] }\n',
      "src/main.tsx": 'import { a } from "~/a"; console.log(a);',
      "src/a.ts": "export const a = 1;",
    });
    expect(await app.prepare()).toMatchObject({
      ok: true,
      diagnostics: [{ path: "tsconfig.json", line: 3, severity: "warning" }],
    });
  });
});

describe("an import that has no compiler", () => {
  const kinds = [
    "vue",
    "svelte",
    "scss",
    "sass",
    "less",
    "styl",
    "mdx",
    "graphql",
    "astro",
    "yaml",
    "csv",
    "coffee",
    "pug",
    "unknown",
  ];

  it("is an error with path and line, whatever its kind", async () => {
    for (const kind of kinds) {
      const diagnostics = await diagnosticsOf({
        "src/main.tsx": `\nimport x from "./a.${kind}";\nconsole.log(x);`,
        [`src/a.${kind}`]: "x",
      });
      expect(diagnostics, kind).toMatchObject([{ path: "src/main.tsx", line: 2, severity: "error" }]);
      expect(diagnostics[0]?.message).toContain(`.${kind}`);
    }
  });

  it("is an error in a style sheet, in a page's link, as a page's entry and with an unknown suffix", async () => {
    const main = { "src/main.tsx": 'import "./a.css";' };
    expect(await diagnosticsOf({ ...main, "src/a.css": '\n@import "./b.scss";', "src/b.scss": "" })).toMatchObject([
      { path: "src/a.css", line: 2, severity: "error" },
    ]);
    const link = '<!doctype html>\n<link rel="stylesheet" href="/src/a.less">';
    expect(await diagnosticsOf({ "index.html": link, "src/a.less": "" })).toMatchObject([
      { path: "index.html", line: 2 },
    ]);
    const entry = '<!doctype html>\n<script type="module" src="/src/App.vue"></script>';
    expect(await diagnosticsOf({ "index.html": entry, "src/App.vue": "" })).toMatchObject([
      { path: "index.html", line: 2 },
    ]);
    expect(await diagnosticsOf({ "index.html": PAGE })).toMatchObject([{ path: "index.html", line: 2 }]);
    const suffix = { "src/main.tsx": 'import A from "./a.svg?react"; console.log(A);', "src/a.svg": "<svg/>" };
    expect(await diagnosticsOf(suffix)).toMatchObject([{ path: "src/main.tsx", line: 1, severity: "error" }]);
  });

  it("is an error where a style sheet has Tailwind's rules, its own or a package's", async () => {
    const main = { "src/main.tsx": 'import "./a.css";', "package.json": packageJson({ tailwindcss: "4.3.5" }) };
    const own = await diagnosticsOf({ ...main, "src/a.css": "/* @tailwind */\nb { color: red }\n@tailwind base;" });
    expect(own).toMatchObject([{ path: "src/a.css", line: 3, column: 1, severity: "error" }]);
    const imported = await diagnosticsOf({ ...main, "src/a.css": '@import "tailwindcss";' });
    expect(imported).toMatchObject([{ path: "src/a.css", line: 1, severity: "error" }]);
  });

  it("gives a file's text with ?raw and its address with ?url all the same, and assets their address", async () => {
    const script = await scriptOf({
      "src/main.tsx":
        'import raw from "./a.scss?raw"; import url from "./b.csv?url"; import image from "./c.webp"; console.log(raw, url, image);',
      "src/a.scss": "$raw: text",
      "src/b.csv": "1,2",
      "src/c.webp": "x",
    });
    for (const text of ["$raw: text", "/src/b.csv", "/src/c.webp"]) expect(script).toContain(text);
  });

  it("does not concern JSON, text and style sheets that begin with a byte order mark", async () => {
    const script = await scriptOf({
      "package.json": `\uFEFF${packageJson({})}`,
      "src/main.tsx":
        '\uFEFFimport data from "./a.json"; import text from "./b.txt"; import "./c.css"; console.log(data.name, text);',
      "src/a.json": '\uFEFF{ "name": "json-a" }',
      "src/b.txt": "\uFEFFtext-b",
      "src/c.css": "\uFEFFb { color: red }",
    });
    expect(script).toContain("json-a");
    expect(script).toContain('"text-b"');
  });
});

describe("packages", () => {
  it("say what of them has no side effects, so that what an app does not use is left out", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ rxjs: "7.8.2" }),
      "src/main.tsx": 'import { of } from "rxjs"; of(1).subscribe(console.log);',
    });
    expect(script).toContain("rxjs/dist/esm5/internal/observable/of.js");
    // Classes made by a call, which a bundler must keep unless it is told that loading them does nothing.
    expect(script).not.toContain("EmptyError");
  });

  it("may list the files that have side effects, by name, folder and pattern; a nearer manifest has the word", () => {
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const manifest = { sideEffects: ["./src/setup.js", "*.global.js", "polyfills/**/*.{js,mjs}"] };
    const files = { "package.json": text(manifest), "dist/esm/package.json": text({ sideEffects: false }) };
    const packages = new InstalledPackages(
      new Map([
        ["node_modules/a", new Map(Object.entries(files))],
        ["node_modules/b", new Map([["package.json", text({})]])],
      ]),
    );
    const marked = ["src/setup.js", "deep/er/x.global.js", "polyfills/a/b.mjs"];
    const unmarked = ["src/other.js", "setup.js", "polyfills/a.ts", "dist/esm/x.global.js"];
    for (const path of marked) expect(packages.hasSideEffects(`node_modules/a/${path}`), path).toBe(true);
    for (const path of unmarked) expect(packages.hasSideEffects(`node_modules/a/${path}`), path).toBe(false);
    expect(packages.hasSideEffects("node_modules/b/index.js")).toBe(true);
    expect(packages.hasSideEffects("src/main.ts")).toBe(true);
  });

  it("may be imported by a style sheet, with what their style sheets name inside", async () => {
    const files = { "package.json": packageJson({ leaflet: "1.9.4" }), "src/main.tsx": 'import "./a.css";' };
    for (const rule of [
      '"leaflet/dist/leaflet.css"',
      '"~leaflet/dist/leaflet.css"',
      'url("leaflet/dist/leaflet.css")',
    ]) {
      const style = await styleOf({ ...files, "src/a.css": `@import ${rule};` });
      expect(style).toContain(".leaflet-pane");
      expect(style).toContain("#default#VML");
      expect(style).toContain("data:image/png");
    }
    expect(await diagnosticsOf({ ...files, "src/a.css": '@import "nowhere/x.css";' })).toMatchObject([
      { path: "src/a.css", line: 1, severity: "error" },
    ]);
  });

  it("of styles alone may be imported by their name, from a script and from a style sheet", async () => {
    const dependencies = packageJson({ "normalize.css": "8.0.1", "modern-normalize": "3.0.1", tailwindcss: "4.3.5" });
    const fromScript = await styleOf({
      "package.json": dependencies,
      "src/main.tsx": 'import "normalize.css"; import "modern-normalize";',
    });
    expect(fromScript).toContain("abbr");
    const fromStyle = await styleOf({
      "package.json": dependencies,
      "src/main.tsx": 'import "./a.css";',
      "src/a.css":
        '@import "normalize.css"; @import "modern-normalize/modern-normalize.css"; @import "tailwindcss/preflight.css";',
    });
    expect(fromStyle).toContain("abbr");
  });

  it("have style sheets whose addresses keep their fragments and queries", async () => {
    const style = await styleOf({
      "src/main.tsx": 'import "./a.css";',
      "src/a.css":
        'b { behavior: url(#default#VML); background: url("./i.svg#part"), url("/f.woff2?#iefix"), url(about:blank) }',
      "src/i.svg": "<svg/>",
      "public/f.woff2": "x",
    });
    for (const text of ["#default#VML", "/src/i.svg#part", "/f.woff2?#iefix", "about:blank"])
      expect(style).toContain(text);
  });

  it("put other modules, or none, in the place of those that a browser does not have", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ axios: "1.7.9" }),
      "src/main.tsx": 'import axios from "axios"; console.log(typeof axios.get);',
    });
    expect(script).toContain("axios/lib/platform/browser/index.js");
    expect(script).not.toContain("axios/lib/platform/node/index.js");
  });

  it("have a map for browsers of files, of folders, of other packages and of what is left out", () => {
    const browser = {
      "./lib/node.js": "./lib/browser.js",
      "./lib/util": "./lib/util-browser",
      crypto: false,
      fs: "./no-fs.js",
      a: "b",
    };
    const text = new TextEncoder().encode(JSON.stringify({ browser }));
    const packages = new InstalledPackages(new Map([["node_modules/x", new Map([["package.json", text]])]]));
    const replaced = (target: string) => packages.browserReplacement(target, "node_modules/x/index.js");
    expect(replaced("node_modules/x/lib/node.js")).toBe("node_modules/x/lib/browser.js");
    expect(replaced("node_modules/x/lib/util/index.js")).toBe("node_modules/x/lib/util-browser");
    expect(replaced("node_modules/x/lib/util.js")).toBe("node_modules/x/lib/util-browser");
    expect([replaced("crypto"), replaced("fs"), replaced("a"), replaced("constructor"), replaced("other")]).toEqual([
      false,
      "node_modules/x/no-fs.js",
      "b",
      null,
      null,
    ]);
  });

  it("may call for a package that is not there in a try block alone, and find out when they run", async () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const code = {
      "caught.js": 'try { if (a) { b(); } use(require("gone").default); } catch {}',
      "uncaught.js": 'try { a(); } catch {} module.exports = require("gone");',
      "package.json": "{}",
    };
    const files = Object.entries(code).map(([path, content]) => [path, text(content)] as const);
    const packages = new InstalledPackages(new Map([["node_modules/x", new Map(files)]]));
    const sources = { files: new Map(), packages, paths: {} };
    const resolved = (importer: string, kind: "require-call" | "dynamic-import") =>
      resolveImport({ specifier: "gone", importer: `node_modules/x/${importer}`, kind }, "client", sources);
    expect(resolved("caught.js", "require-call")).toEqual({ external: "gone" });
    expect(resolved("uncaught.js", "dynamic-import")).toEqual({ external: "gone" });
    expect(resolved("uncaught.js", "require-call")).toEqual({ missing: expect.stringContaining('"gone"') });
    const own = { "src/main.tsx": 'try { require("gone"); } catch {}' };
    expect(await diagnosticsOf(own)).toMatchObject([{ path: "src/main.tsx", line: 1, severity: "error" }]);
  });
});
