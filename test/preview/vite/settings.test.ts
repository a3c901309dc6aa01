import { describe, expect, it, vi } from "vitest";
import { type Preview, preview } from "../preview.ts";

// The first build fetches and bundles compilers and packages, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head><base-is "%BASE_URL%"></head>\n<script type="module" src="/src/main.tsx"></script>';
const config = (code: string) => ({ "index.html": PAGE, "vite.config.ts": `export default ${code};` });

async function checked(files: Record<string, string>): Promise<Preview> {
  const app = await preview(files);
  const { ok, diagnostics } = await app.prepare();
  if (!ok) throw new Error(JSON.stringify(diagnostics));
  return app;
}

type Side = { page(): Promise<string>; text(path: string): Promise<string> };

/** The files that a page loads, joined: those of a preview, or of a published app. */
async function filesOf(side: Side, extension: "js" | "css"): Promise<string> {
  const pattern = new RegExp(`(?:src|href)="(/__edgesmith/built/[^"]+\\.${extension})"`, "g");
  const addresses = [...(await side.page()).matchAll(pattern)].map(([, address = ""]) => address);
  return (await Promise.all(addresses.map((address) => side.text(address)))).join("\n");
}

const previewed = (app: Preview): Side => ({
  page: async () => (await app.page("/")).text(),
  text: (path) => app.text(path),
});

async function published(files: Record<string, string>): Promise<Side> {
  const app = await preview(files);
  const { ok, diagnostics } = await app.publish(1);
  if (!ok) throw new Error(JSON.stringify(diagnostics));
  return { page: () => app.publicText("/"), text: (path) => app.publicText(path) };
}

describe("base", () => {
  const files = {
    ...config('{ base: "/repo/" }'),
    "src/main.tsx": "document.title = import.meta.env.BASE_URL;",
    "public/logo.txt": "logo",
    "src/server.ts":
      'export default { fetch: (request) => new URL(request.url).pathname === "/api" ? new Response("api") : new Response("none", { status: 404 }) };',
  };

  it("base is the path of the app's pages and public files, and the root redirects there", async () => {
    const app = await checked(files);
    for (const path of ["/", "/repo", "/?a=1"]) {
      const answer = await app.page(path);
      expect([answer.status, answer.headers.get("Location")], path).toEqual([
        302,
        `/repo/${path === "/?a=1" ? "?a=1" : ""}`,
      ]);
    }
    const page = await (await app.page("/repo/")).text();
    expect(page).toContain('"/repo/"');
    expect(await (await app.page("/repo/some/route")).text()).toContain('"/repo/"');
    expect((await app.page("/elsewhere")).status).toBe(404);
    expect([await app.text("/repo/logo.txt"), await app.text("/logo.txt"), await app.text("/api")]).toEqual([
      "logo",
      "logo",
      "api",
    ]);
    const script = /src="([^"]+built[^"]+\.js)"/.exec(page)?.[1] ?? "";
    expect(await app.text(script)).toContain('document.title = "/repo/"');
  });

  it("base is the root when it is relative, and the app reads it as in Vite's build", async () => {
    const relative = { ...config('{ base: "./" }'), "src/main.tsx": "document.title = import.meta.env.BASE_URL;" };
    const app = await checked(relative);
    expect((await app.page("/")).status).toBe(200);
    expect(await filesOf(previewed(app), "js")).toContain('document.title = "/"');
    expect(await filesOf(await published(relative), "js")).toContain('document.title="./"');
  });
});

describe("css.modules.localsConvention", () => {
  const sheets = {
    "src/a.module.css": ".foo-bar { color: red } .delete { color: blue } :global(.outside) { color: green }",
    "src/b.module.scss": ".big_Box { .inner-one { color: red } }",
  };
  /** Response of a server that imports the modules: names are equal on both sides. */
  const answerOf = async (convention: string | null, server: string): Promise<unknown> => {
    const modules = convention === null ? "{}" : `{ localsConvention: "${convention}" }`;
    const code = `${server.split("return")[0]}\nexport default { fetch: () => Response.json(${server.split("return")[1]}) };`;
    const app = await checked({
      ...config(`{ css: { modules: ${modules} } }`),
      ...sheets,
      "src/main.tsx": "",
      "src/server.ts": code,
    });
    return JSON.parse(await app.text("/names"));
  };

  it.each([
    ["camelCase", ["foo-bar", "fooBar", "delete"]],
    ["camelCaseOnly", ["fooBar", "delete"]],
    ["dashes", ["foo-bar", "fooBar", "delete"]],
    ["dashesOnly", ["fooBar", "delete"]],
    [null, ["foo-bar", "delete"]],
  ])("css.modules.localsConvention %s exports the names of postcss-modules", async (convention, names) => {
    const answer = await answerOf(convention, 'import a from "./a.module.css"; return Object.keys(a)');
    expect(answer).toEqual(names);
  });

  it("css.modules.localsConvention exports named exports, and names of Sass with underscores, with the sheet's classes", async () => {
    const code =
      'import a, { fooBar } from "./a.module.css"; import b from "@/b.module.scss"; return [fooBar === a["foo-bar"], fooBar, b.bigBox === b["big_Box"], Object.keys(b)]';
    expect(await answerOf("camelCase", code)).toEqual([
      true,
      expect.stringContaining("foo-bar"),
      true,
      ["big_Box", "bigBox", "inner-one", "innerOne"],
    ]);
  });
});

describe("the output of a published app", () => {
  const main =
    'import icon from "./i.svg"; import url from "./p.png?url"; import kept from "./k.svg?no-inline"; import "./a.css"; const a = window.x?.y ?? "none"; console.log(icon, url, kept, a); debugger;';
  const sources = {
    "src/main.tsx": main,
    "src/a.css": "b { background: url(./i.svg); mask: url(./large.svg) }",
    "src/i.svg": "<svg/>",
    "src/k.svg": "<svg><g/></svg>",
    "src/p.png": "png",
    "src/large.svg": `<svg>${" ".repeat(5_000)}</svg>`,
  };

  it("a published app inlines assets below 4 KB in their module or style sheet, a preview none", async () => {
    const app = await published({ ...config("{}"), ...sources });
    const script = await filesOf(app, "js");
    expect(script).toContain("data:image/svg+xml");
    expect(script).toContain("data:image/png");
    expect(script).toMatch(/__edgesmith\/built\/k-\w+\.svg/);
    const style = await filesOf(app, "css");
    expect(style).toContain("data:image/svg+xml");
    expect(style).toMatch(/__edgesmith\/built\/large-\w+\.svg/);
    const inDevelopment = previewed(await checked({ ...config("{}"), ...sources }));
    expect((await filesOf(inDevelopment, "js")) + (await filesOf(inDevelopment, "css"))).not.toContain("data:image");
  });

  it("a published app follows assetsInlineLimit, minify, target, drop and assetsInclude", async () => {
    const code =
      '{ assetsInclude: ["**/*.page"], esbuild: { drop: ["console", "debugger"] }, build: { assetsInlineLimit: 0, minify: false, target: "es2019" } }';
    const app = await published({
      ...config(code),
      ...sources,
      "src/main.tsx": `${main} import page from "./x.page"; document.title = page;`,
      "src/x.page": "x",
    });
    const script = await filesOf(app, "js");
    expect(script).not.toContain("data:image");
    expect(script).toContain("var ");
    expect(script).not.toMatch(/\?\?|\?\.|console\.log|debugger/);
    expect(script).toMatch(/__edgesmith\/built\/x-\w+\.page/);
    const usual = await filesOf(await published({ ...config("{}"), ...sources }), "js");
    expect(usual).toMatch(/\?\?/);
    expect(usual).toContain("console.log");
  });
});

describe("an SVG in a data URL", () => {
  const image = (content: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="9">\n  ${content}\n</svg>`;
  const svgs = {
    "src/plain.svg": image('<path d="M0 0"/>'),
    "src/text.svg": image("<text>a</text>"),
    "src/nested.svg": image(`<path font-family="'a'"/>`),
  };
  const importing = (query: string) =>
    `import a from "./plain.svg${query}"; import b from "./text.svg${query}"; import c from "./nested.svg${query}"; console.log(a, b, c);`;

  it("a small SVG in a published app is inlined without double quotes, and stays a file where it needs them", async () => {
    const script = await filesOf(await published({ ...config("{}"), ...svgs, "src/main.tsx": importing("") }), "js");
    expect(plainUrlIn(script)).not.toContain('"');
    expect(script).toMatch(/__edgesmith\/built\/text-\w+\.svg/);
    expect(script).toMatch(/__edgesmith\/built\/nested-\w+\.svg/);
  });

  it.each(["?url", "?inline", "?url&inline"])(
    "an SVG imported with %s in a published app has no double quote in its data URL, and is base64 where it needs them",
    async (query) => {
      const files = { ...config("{}"), ...svgs, "src/main.tsx": importing(query) };
      const script = await filesOf(await published(files), "js");
      expect(plainUrlIn(script)).not.toContain('"');
      const encoded = [...script.matchAll(/data:image\/svg\+xml;base64,([\w+/=]+)/g)].map(([, base64 = ""]) =>
        atob(base64),
      );
      expect(encoded).toEqual([svgs["src/text.svg"], svgs["src/nested.svg"]]);
    },
  );

  const plainUrlIn = (script: string): string | undefined => /data:image\/svg\+xml,.*?<\/svg>/s.exec(script)?.[0];
});

describe("resolving", () => {
  it("resolve tries the extensions and conditions of vite.config before the usual ones", async () => {
    const app = await checked({
      ...config('{ resolve: { extensions: [".web.ts", ".ts"], conditions: ["custom"] } }'),
      "package.json": JSON.stringify({
        imports: { "#which": { custom: "./src/custom.ts", default: "./src/other.ts" } },
      }),
      "src/main.tsx": 'import { a } from "./a"; import { b } from "#which"; console.log(a, b);',
      "src/a.ts": 'export const a = "plain";',
      "src/a.web.ts": 'export const a = "web";',
      "src/custom.ts": 'export const b = "custom";',
      "src/other.ts": 'export const b = "other";',
    });
    const script = await filesOf(previewed(app), "js");
    expect(script).toContain('"web"');
    expect(script).toContain('"custom"');
    expect(script).not.toMatch(/"plain"|"other"/);
  });

  it("resolve.dedupe gives packages the project's own copy, in a preview and published", async () => {
    const files = (dedupe: string) => ({
      ...config(`{ resolve: { dedupe: [${dedupe}] } }`),
      "package.json": JSON.stringify({ dependencies: { "is-odd": "3.0.1", "is-number": "7.0.0" } }),
      "src/main.tsx":
        'import isOdd from "is-odd"; import isNumber from "is-number"; console.log(isOdd(1), isNumber(1));',
    });
    const copies = (script: string) => script.match(/node_modules\/[\w/-]*is-number\/index\.js/g) ?? [];
    const two = await filesOf(previewed(await checked(files(""))), "js");
    const one = await filesOf(previewed(await checked(files('"is-number"'))), "js");
    expect(new Set(copies(two)).size).toBe(2);
    expect(new Set(copies(one)).size).toBe(1);
    const twice = await filesOf(await published(files("")), "js");
    const once = await filesOf(await published(files('"is-number"')), "js");
    expect(once.length).toBeLessThan(twice.length);
  });
});

describe("packages of which plugins take one copy", () => {
  /** The folders of React's copies in a preview whose package depends on React 18 itself. */
  const copiesWith = async (version: string): Promise<number> => {
    const app = await checked({
      "index.html": PAGE,
      "vite.config.ts": 'import react from "@vitejs/plugin-react";\nexport default { plugins: [react()] };',
      "package.json": JSON.stringify({
        dependencies: {
          "@supabase/auth-ui-react": "0.4.7",
          "@supabase/supabase-js": "2.58.0",
          react: "19.1.0",
          "react-dom": "19.1.0",
        },
        devDependencies: { "@vitejs/plugin-react": version },
      }),
      "src/main.tsx":
        'import { useState } from "react";\nimport { Auth } from "@supabase/auth-ui-react";\nconsole.log(Auth, useState);',
    });
    const script = await filesOf(previewed(app), "js");
    return new Set(script.match(/[\w@/-]*node_modules\/react(?=\/cjs\/react\.)/g) ?? []).size;
  };

  it("A package with a React of its own gets the app's where the version of React's plugin asks for it", async () => {
    expect(await copiesWith("^4.7.0")).toBe(1);
    expect(await copiesWith("^5.0.0")).toBe(2);
  });
});

describe("JSX", () => {
  it("JSX follows esbuild's options in vite.config, and modules with it begin with the injected code", async () => {
    const app = await checked({
      ...config(`{ esbuild: { jsx: "transform", jsxFactory: "h", jsxInject: 'import { h } from "/src/h"' } }`),
      "src/main.tsx": "console.log(<b />);",
      "src/h.ts": 'export const h = (tag: string) => "own " + tag;',
    });
    const script = await filesOf(previewed(app), "js");
    expect(script).toContain('h("b"');
    expect(script).toContain('"own "');
  });

  it("JSX is React's when oxc's option is automatic, whatever tsconfig.json says", async () => {
    const app = await checked({
      ...config(`{ oxc: { jsx: { runtime: "automatic", importSource: "@/jsx" } } }`),
      "tsconfig.json": '{ "compilerOptions": { "jsx": "react" } }',
      "src/main.tsx": "console.log(<b />);",
      "src/jsx/jsx-runtime.ts": 'export const jsx = (tag: string) => "runtime " + tag;',
    });
    expect(await filesOf(previewed(app), "js")).toContain("runtime ");
  });
});

describe("css.preprocessorOptions", () => {
  it("css.preprocessorOptions gives Sass load paths, and Less folders and variables", async () => {
    const app = await checked({
      ...config(`{ css: { preprocessorOptions: {
        scss: { loadPaths: ["shared"] },
        less: { paths: ["shared"], modifyVars: { accent: "#123456", "gap-size": 3 }, globalVars: { far: "9px" }, math: "always" },
      } } }`),
      "shared/_colors.scss": "$main: #abcdef;",
      "shared/base.less": "@accent: red; .base { color: @accent }",
      "src/main.tsx": 'import "./a.scss"; import "./b.less";',
      "src/a.scss": '@use "colors"; .a { color: colors.$main }',
      "src/b.less": '@import "base"; .b { margin: (@gap-size + 1) * 2px; padding: @far; width: 10px / 2 }',
    });
    const style = await filesOf(previewed(app), "css");
    for (const text of ["#abcdef", "#123456", "8px", "9px", "5px"]) expect(style).toContain(text);
  });
});
