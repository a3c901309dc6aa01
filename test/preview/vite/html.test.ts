import { describe, expect, it } from "vitest";
import {
  defaultSettings,
  fillTemplate,
  type PageReplacements,
  pageEntry,
  pagesOf,
  readPage,
  replacePlaceholders,
  writePage,
} from "../../../preview/vite/index.ts";

const contextOf = (files: Record<string, string>, settings = {}) => ({
  files: new Map(Object.entries(files)),
  settings: { ...defaultSettings(), ...settings },
});
const nothing: PageReplacements = {
  script: null,
  preload: [],
  styles: [],
  late: [],
  assets: new Map(),
  inlineStyles: [],
};

describe("replacePlaceholders", () => {
  it("replacePlaceholders replaces variables and Vite's constants, and warns of an undefined variable with its place", () => {
    const html = "<title>%VITE_TITLE% %MODE%</title>\n<base href=%BASE_URL%> 50% 100% %VITE_NONE%";
    const { html: replaced, warnings } = replacePlaceholders(
      "index.html",
      html,
      { VITE_TITLE: "$& a" },
      { mode: "production", base: "/app/" },
    );
    expect(replaced).toBe("<title>$& a production</title>\n<base href=/app/> 50% 100% %VITE_NONE%");
    expect(warnings).toMatchObject([{ path: "index.html", line: 2, column: 33, severity: "warning" }]);
  });
});

describe("fillTemplate", () => {
  const filled = (html: string, name: string, options: Record<string, unknown>, env = {}) =>
    fillTemplate("index.html", html, { plugins: [{ name, options }], env });

  it("fillTemplate fills in a page by the data of vite-plugin-html, variables, or the options of vite-plugin-ejs", () => {
    const inject = { inject: { data: { title: "a < b", page: { script: "<b></b>" } } } };
    const html = "<title><%= title %> <%=VITE_NAME%></title><%- page.script %>";
    expect(filled(html, "vite-plugin-html", inject, { VITE_NAME: "c" })).toEqual({
      html: "<title>a &lt; b c</title><b></b>",
      warnings: [],
    });
    expect(filled("<%= version %>", "vite-plugin-ejs", { version: 2 }).html).toBe("2");
  });

  it("fillTemplate leaves out an expression other than a name, with a warning at its position", () => {
    const { html, warnings } = filled("<p>\n <% if (x) { %>a", "vite-plugin-html", {});
    expect(html).toBe("<p>\n a");
    expect(warnings).toMatchObject([{ path: "index.html", line: 2, column: 2, severity: "warning" }]);
  });

  it("fillTemplate adds the plugin's entry to a page without a module, and changes nothing without the plugin", () => {
    const page = "<body><%= a %></body>";
    expect(filled("<body></body>", "vite-plugin-html", { entry: "/src/main.ts" }).html).toBe(
      '<body><script type="module" src="/src/main.ts"></script></body>',
    );
    expect(fillTemplate("index.html", page, { plugins: [], env: {} })).toEqual({ html: page, warnings: [] });
  });
});

describe("readPage", () => {
  it("readPage lists modules, inline modules and style sheets in document order", async () => {
    const context = contextOf({ "src/main.ts": "", "src/a.css": "", "b.css": "" });
    const html = `<html><head><link rel=stylesheet href="/src/a.css"><script type="module">
      import "/src/main.ts"; if (1 < 2 && "</p>") {}</script></head><body>
      <script type="module" src="./src/main.ts"></script><link rel="stylesheet" href="b.css">
      <script type="module" src="https://example.com/x.js"></script></body></html>`;
    const parts = await readPage("index.html", html, context);
    expect(parts.imports.map(({ kind }) => kind)).toEqual(["stylesheet", "inline-module", "module", "stylesheet"]);
    expect(parts.imports[1]).toMatchObject({ id: "index.html?inline-module=0", line: 1 });
    expect(pageEntry(parts)).toBe(
      'import "/src/a.css";\nimport "index.html?inline-module=0";\nimport "/src/main.ts";\nimport "/b.css";\n',
    );
  });

  it("readPage lists every file that an element names, and no address without a file", async () => {
    const names = [
      "a.png",
      "b.png",
      "c.webp",
      "poster.jpg",
      "v.mp4",
      "icon.svg",
      "og.png",
      "bg.png",
      "old.js",
      "print.css",
    ];
    const context = contextOf({
      ...Object.fromEntries(names.map((name) => [`img/${name}`, ""])),
      "public/pub.svg": "",
    });
    const html = `<link rel="icon" href="/img/icon.svg"><link rel="canonical" href="/img/a.png">
      <meta property="og:image" content="/img/og.png"><link rel="stylesheet" media="print" href="/img/print.css">
      <img src="img/a.png" srcset="img/b.png 1x, img/c.webp 2x"><video poster="/img/poster.jpg"><source src="/img/v.mp4"></video>
      <div style="background:url('/img/bg.png')"></div><script src="/img/old.js"></script><img src="/pub.svg"><img src="/none.png">
      <img src="data:image/png;base64,AA"><img vite-ignore src="img/a.png?x"><a href="#top">`;
    const { assets } = await readPage("index.html", html, context);
    expect(assets.map(({ path }) => path)).toEqual([
      "img/icon.svg",
      "img/og.png",
      "img/print.css",
      "img/a.png",
      "img/b.png",
      "img/c.webp",
      "img/poster.jpg",
      "img/v.mp4",
      "img/bg.png",
      "img/old.js",
      "public/pub.svg",
    ]);
    expect(assets.filter(({ as }) => as !== "file").map(({ as }) => as)).toEqual(["stylesheet", "script"]);
    expect(assets.at(-1)?.isPublic).toBe(true);
  });

  it("readPage resolves addresses from vite.config's root and below its base", async () => {
    const context = contextOf({ "client/src/main.ts": "" }, { root: "client", base: "/app/" });
    const html =
      '<script type="module" src="/src/main.ts"></script><script type="module" src="/app/src/main.ts"></script>';
    const { imports } = await readPage("client/index.html", html, context);
    expect(imports).toMatchObject([{ path: "client/src/main.ts" }, { path: "client/src/main.ts" }]);
  });
});

describe("writePage", () => {
  const html = `<!doctype html><html><head><title>t</title><link rel="stylesheet" href="/a.css"><style>h1{}</style><style></style>
<style>p{}</style></head><body><!-- </head> --><img srcset="a.png 1x, a.png?v=1,2 2x" src="a.png"><script>var a = "</head>";</script>
<script type="module" src="/main.ts"></script><script type="module">1</script></body></html>`;
  const context = contextOf({ "a.css": "", "main.ts": "", "a.png": "" });

  it("writePage removes links that load a source of the built script ahead, and keeps those of other files", async () => {
    const other = '<link rel="preload" href="/src/data.json" as="fetch">';
    const html = `<head><link rel="preload" href="/src/main.tsx" as="script"><link rel="modulepreload" href="/src/main.tsx">${other}</head><script type="module" src="/src/main.tsx"></script>`;
    const files = { "index.html": html, "src/main.tsx": "", "src/data.json": "{}" };
    const parts = await readPage("index.html", html, contextOf(files));
    expect(await writePage(html, parts, nothing)).toBe(`<head>${other}</head>`);
  });

  it("writePage puts the entry, preloads and style sheets at the end of the head, in vite build's order", async () => {
    const parts = await readPage("index.html", html, context);
    const written = await writePage(html, parts, {
      script: "/assets/index-1.js",
      preload: ["/assets/chunk-2.js"],
      styles: ["/assets/index-3.css"],
      late: [{ address: "/assets/late-5.css", scripts: ["/assets/late-6.js", "/assets/other-7.js"] }],
      assets: new Map([["a.png", "/assets/a-4.png?a&b"]]),
      inlineStyles: ["h1{color:red}", "p{color:blue}"],
    });
    expect(written).toBe(`<!doctype html><html><head><title>t</title><style>h1{color:red}</style><style></style>
<style>p{color:blue}</style>  <script type="module" crossorigin src="/assets/index-1.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/chunk-2.js">
  <link rel="stylesheet" crossorigin href="/assets/index-3.css">
  <link rel="late-stylesheet" href="/assets/late-5.css" data-of="/assets/late-6.js|/assets/other-7.js">
</head><body><!-- </head> --><img srcset="/assets/a-4.png?a&amp;b 1x, a.png?v=1,2 2x" src="/assets/a-4.png?a&amp;b"><script>var a = "</head>";</script>
</body></html>`);
  });

  it.each([",", "a,", "a ", "url(", "("])("writePage ends when an attribute repeats %s", async (piece) => {
    const source = `<img srcset="${piece.repeat(40_000)}" style="url(${piece.repeat(40_000)}">`;
    expect(await writePage(source, await readPage("p.html", source, context), nothing)).toBe(source);
  });

  it("writePage keeps a page without modules unchanged", async () => {
    const plain = '<!doctype html>\n<P class=a>x &amp; y<br/><svg viewBox="0 0 1 1"/>';
    expect(await writePage(plain, await readPage("p.html", plain, context), nothing)).toBe(plain);
  });

  it.each([
    ["<!doctype html><p>x", "<!doctype html>TAG<p>x"],
    ["<body><p>x</body>", "TAG<body><p>x</body>"],
    ["<head><title>x</title><body>", "<head><title>x</title>TAG<body>"],
    ["<html><p>x</html>", "<html>TAG<p>x</html>"],
    ["<p>x", "TAG<p>x"],
  ])("writePage finds the position for the tags in %s", async (source, expected) => {
    const parts = await readPage("p.html", source, context);
    const written = await writePage(source, parts, { ...nothing, script: "/e.js" });
    expect(written).toBe(expected.replace("TAG", '  <script type="module" crossorigin src="/e.js"></script>\n'));
  });

  it("writePage moves an import map before the modules", async () => {
    const source = '<head></head><body><script type="importmap">{"imports":{}}</script></body>';
    const written = await writePage(source, await readPage("p.html", source, context), { ...nothing, script: "/e.js" });
    expect(written.indexOf("importmap")).toBeLessThan(written.indexOf("/e.js"));
    expect(written.match(/importmap/g)).toHaveLength(1);
  });

  it("writePage loads an entry asynchronously when every module script is asynchronous", async () => {
    const source = '<head><script async type="module" src="/main.ts"></script></head>';
    const written = await writePage(source, await readPage("p.html", source, context), { ...nothing, script: "/e.js" });
    expect(written).toContain('<script type="module" async crossorigin src="/e.js">');
  });
});

describe("pagesOf", () => {
  const pages = (files: Record<string, string>, settings = {}) => {
    const { files: map, settings: all } = contextOf(files, settings);
    return pagesOf(map, all);
  };

  it("pagesOf returns the index page and the pages linked from it or from code, and no other", async () => {
    const files = {
      "index.html":
        '<a href="/about.html">a</a><a href="nested/">n</a><a href="/docs/old">d</a><a href="https://x/z.html">',
      "about.html": '<a href="./team">t</a>',
      "team.html": '<a href="index.html">',
      "nested/index.html": "",
      "docs/new.html": "",
      "dist/index.html": "",
      "public/static.html": "",
      "admin.html": "",
      "src/main.ts": 'location.href = "/admin.html"; const other = "/unreached.html";',
      "unreached.html": "",
      "dist/app.js": 'location.href = "/unreached.html"',
    };
    expect(await pages(files)).toEqual(["index.html", "about.html", "nested/index.html", "admin.html", "team.html"]);
  });

  it("pagesOf returns vite.config's inputs, and the index page after them, which Vite's server opens too", async () => {
    const inputs = ["app/main.html"];
    const files = { "index.html": '<script type="module" src="/src/main.ts"></script>', "app/main.html": "" };
    expect(await pages({ ...files, "src/main.ts": "" }, { inputs })).toEqual(["app/main.html", "index.html"]);
  });

  it("pagesOf returns vite.config's inputs in place of an index page that lacks its modules", async () => {
    const files = {
      "index.html": '<script type="module" src="/src/gone.ts"></script>',
      "app/main.html": "",
      "app/other.html": "",
    };
    expect(await pages(files, { inputs: ["app/main.html", "app/other.html"] })).toEqual([
      "app/main.html",
      "app/other.html",
    ]);
  });

  it("pagesOf returns the index page of another root", async () => {
    expect(await pages({ "index.html": "", "client/index.html": "" }, { root: "client" })).toEqual([
      "client/index.html",
    ]);
  });
});
