import { describe, expect, it, vi } from "vitest";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Preview, preview } from "./preview.ts";

// Packages with hundreds of modules take seconds on an idle machine, most of a minute on a busy one.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head>\n<script type="module" src="/src/main.tsx"></script>';

/**
 * Builds files beside the page and returns the built scripts, with those of packages.
 * @throws Error with the diagnostics when there are no scripts
 */
async function scriptOf(files: Record<string, string>): Promise<string> {
  const app = await preview({ "index.html": PAGE, ...files });
  return built(app, /(?:src|modulepreload"[^>]* href)="(\/__edgesmith\/built\/[^"]+\.js)"/g);
}

async function styleOf(files: Record<string, string>): Promise<string> {
  const app = await preview({ "index.html": PAGE, ...files });
  return built(app, /href="(\/__edgesmith\/built\/[^"]+\.css)"/g);
}

async function built(app: Preview, pattern: RegExp): Promise<string> {
  const { ok, diagnostics } = await app.prepare();
  if (!ok) throw new Error(JSON.stringify(diagnostics));
  const addresses = [...(await (await app.page("/")).text()).matchAll(pattern)].map(([, address = ""]) => address);
  return (await Promise.all(addresses.map((address) => app.text(address)))).join("\n");
}

async function diagnosticsOf(files: Record<string, string>): Promise<Diagnostic[]> {
  return (await (await preview({ "index.html": PAGE, ...files })).prepare()).diagnostics;
}

const packageJson = (dependencies: Record<string, string>) => JSON.stringify({ dependencies });

describe("tsconfig.json", () => {
  it("tsconfig.json defines import patterns, with comments, trailing commas and a byte order mark", async () => {
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

  it("tsconfig.json is read with its extended and referenced files, each with its own relative paths", async () => {
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

  it("tsconfig.json extends a configuration of a package, and reports one that is missing", async () => {
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

  it("tsconfig.json with emitDecoratorMetadata is a warning where a module imports reflect-metadata", async () => {
    const files = {
      "src/main.tsx": 'import "reflect-metadata";',
      "package.json": packageJson({ "reflect-metadata": "0.2.2" }),
      "tsconfig.json": '{ "compilerOptions": {\n  "experimentalDecorators": true,\n  "emitDecoratorMetadata": true } }',
    };
    const message =
      'emitDecoratorMetadata is not supported, so Reflect.getMetadata("design:type", …) returns undefined. Name the types in the decorators themselves.';
    const place = { path: "tsconfig.json", line: 3, severity: "warning" };
    expect(await diagnosticsOf(files)).toEqual([expect.objectContaining({ ...place, message })]);
    expect(await diagnosticsOf({ ...files, "src/main.tsx": "console.log(1);" })).toEqual([]);
  });

  it("tsconfig.json defines a base for imports, which is tried before packages", async () => {
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

  it("tsconfig.json cannot lead from a package's name past its exports to its folder", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ "solid-js": "1.9.9" }),
      "tsconfig.json":
        '{ "compilerOptions": { "paths": { "*": ["./node_modules/*"], "#a": ["./node_modules/@types/a", "./src/a"] } } }',
      "src/main.tsx": 'import { use } from "solid-js/web"; import { a } from "#a"; console.log(use, a);',
      "src/a.ts": 'export const a = "own-a";',
    });
    for (const text of ["solid-js/web/dist/dev.js", "own-a"]) expect(script).toContain(text);
    expect(script).not.toContain("server.js");
  });

  it("tsconfig.json decides how decorators, class fields and JSX are compiled", async () => {
    const main = { "src/main.tsx": "declare const h: any; class A { x = 1 } console.log(<b>{new A().x}</b>, <></>);" };
    const options = { useDefineForClassFields: false, jsx: "react", jsxFactory: "h", jsxFragmentFactory: "h.part" };
    const script = await scriptOf({ ...main, "tsconfig.json": JSON.stringify({ compilerOptions: options }) });
    expect(script).toContain("this.x = 1");
    expect(script).toContain('h("b"');
    expect(script).toContain("h(h.part");
  });

  it("tsconfig.json makes decorated fields of Lit work", async () => {
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

  it("tsconfig.json that is invalid JSON is a warning with its place, and its valid parts apply", async () => {
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
  const kinds = ["styl", "graphql", "astro", "csv", "coffee", "pug", "riot", "unknown"];

  it("an import without a compiler is an error with path and line, for every kind of file", async () => {
    for (const kind of kinds) {
      const diagnostics = await diagnosticsOf({
        "src/main.tsx": `\nimport x from "./a.${kind}";\nconsole.log(x);`,
        [`src/a.${kind}`]: "x",
      });
      expect(diagnostics, kind).toMatchObject([{ path: "src/main.tsx", line: 2, severity: "error" }]);
      expect(diagnostics[0]?.message).toContain(`.${kind}`);
    }
  });

  it("a mistake in a YAML or TOML file is an error with its place in that file", async () => {
    const inFile = async (name: string, content: string) => {
      const [first] = await diagnosticsOf({
        "src/main.tsx": `import x from "./${name}";\nconsole.log(x);`,
        [`src/${name}`]: content,
      });
      return first;
    };
    expect(await inFile("a.yaml", "one: 1\ntwo: [1,\n")).toMatchObject({ path: "src/a.yaml", severity: "error" });
    expect(await inFile("a.yaml", "one: 1\ntwo: *new*\n")).toMatchObject({
      path: "src/a.yaml",
      line: 2,
      column: 6,
      message: '"*new*" is an alias without an anchor: put a text into quotes.',
    });
    expect(await inFile("a.toml", 'one = 1\ntwo = "x\n')).toMatchObject({ path: "src/a.toml", line: 2 });
  });

  it("a file without a compiler is an error in a style sheet, in a page's link, and as a page's entry", async () => {
    const main = { "src/main.tsx": 'import "./a.css";' };
    expect(await diagnosticsOf({ ...main, "src/a.css": '\n@import "./b.styl";', "src/b.styl": "" })).toMatchObject([
      { path: "src/a.css", line: 2, severity: "error" },
    ]);
    const link = '<!doctype html>\n<link rel="stylesheet" href="/src/a.styl">';
    expect(await diagnosticsOf({ "index.html": link, "src/a.styl": "" })).toMatchObject([
      { path: "index.html", line: 2 },
    ]);
    const entry = '<!doctype html>\n<script type="module" src="/src/App.astro"></script>';
    expect(await diagnosticsOf({ "index.html": entry, "src/App.astro": "" })).toMatchObject([
      { path: "index.html", line: 2 },
    ]);
    expect(await diagnosticsOf({ "index.html": PAGE })).toMatchObject([{ path: "index.html", line: 2 }]);
  });

  it("Tailwind's rules need no compiler of their own, and their errors have a place", async () => {
    const main = {
      "src/main.tsx": 'import "./a.css"; document.title = "p-[7px]";',
      "package.json": packageJson({ tailwindcss: "4.3.5" }),
    };
    expect(await styleOf({ ...main, "src/a.css": '@import "tailwindcss";' })).toContain("padding: 7px");
    const wrong = { ...main, "src/a.css": '@import "tailwindcss";\nb { @apply no-such-class; }' };
    expect(await diagnosticsOf(wrong)).toMatchObject([{ path: "src/a.css", line: 2, severity: "error" }]);
  });

  it("an import without a compiler works with ?raw as text and with ?url as address, and assets have an address", async () => {
    const script = await scriptOf({
      "src/main.tsx":
        'import raw from "./a.scss?raw"; import url from "./b.csv?url"; import image from "./c.webp"; console.log(raw, url, image);',
      "src/a.scss": "$raw: text",
      "src/b.csv": "1,2",
      "src/c.webp": "x",
    });
    for (const text of [/\$raw: text/, /\/__edgesmith\/built\/b-\w+\.csv/, /\/__edgesmith\/built\/c-\w+\.webp/])
      expect(script).toMatch(text);
  });

  it("JSON, text and style sheets that begin with a byte order mark are compiled", async () => {
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
  it("packages declare their side effects, so that their unused parts are left out", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ rxjs: "7.8.2" }),
      "src/main.tsx": 'import { of } from "rxjs"; of(1).subscribe(console.log);',
    });
    expect(script).toContain("rxjs/dist/esm5/internal/observable/of.js");
    // Classes made by a call, which a bundler must keep unless the package declares itself free of side effects.
    expect(script).not.toContain("EmptyError");
  });

  it("packages may be imported by a style sheet, with the files that their style sheets name", async () => {
    const files = { "package.json": packageJson({ leaflet: "1.9.4" }), "src/main.tsx": 'import "./a.css";' };
    for (const rule of [
      '"leaflet/dist/leaflet.css"',
      '"~leaflet/dist/leaflet.css"',
      'url("leaflet/dist/leaflet.css")',
    ]) {
      const style = await styleOf({ ...files, "src/a.css": `@import ${rule};` });
      expect(style).toContain(".leaflet-pane");
      expect(style).toContain("#default#VML");
      expect(style).toMatch(/\/__edgesmith\/built\/marker-icon-\w+\.png/);
    }
    expect(await diagnosticsOf({ ...files, "src/a.css": '@import "nowhere/x.css";' })).toMatchObject([
      { path: "src/a.css", line: 1, severity: "error" },
    ]);
  });

  it("packages that contain only styles may be imported by name, from a script and from a style sheet", async () => {
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

  it("packages keep the fragments and queries of addresses in their style sheets", async () => {
    const style = await styleOf({
      "src/main.tsx": 'import "./a.css";',
      "src/a.css":
        'b { behavior: url(#default#VML); background: url("./i.svg#part"), url("/f.woff2?#iefix"), url(about:blank) }',
      "src/i.svg": "<svg/>",
      "public/f.woff2": "x",
    });
    for (const text of ["#default#VML", "/f.woff2?#iefix", "about:blank"]) expect(style).toContain(text);
    expect(style).toMatch(/\/__edgesmith\/built\/i-\w+\.svg#part/);
  });

  it("packages replace or remove modules that a browser lacks", async () => {
    const script = await scriptOf({
      "package.json": packageJson({ axios: "1.7.9" }),
      "src/main.tsx": 'import axios from "axios"; console.log(typeof axios.get);',
    });
    expect(script).toContain("axios/lib/platform/browser/index.js");
    expect(script).not.toContain("axios/lib/platform/node/index.js");
  });
});
