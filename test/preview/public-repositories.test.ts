// Content of public repositories that a build must accept, each case in a few lines of our own.
import { describe, expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build of a kind prepares its compiler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head><body><script type="module" src="/src/main.js"></script></body>';
const packageJson = (dependencies: Record<string, string>) => JSON.stringify({ dependencies });
/** An image of one pixel. */
const PIXEL = "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

async function reportOf(files: Record<string, string>) {
  const app = await preview(files);
  return { app, ...(await app.prepare()) };
}

async function messagesOf(files: Record<string, string>): Promise<string[]> {
  return (await reportOf(files)).diagnostics.map(({ message }) => message);
}

describe("projects of other bundlers", () => {
  it("A page that a configuration names which throws is missing for the reason that it throws", async () => {
    const [message] = await messagesOf({
      "vite.config.js": 'if (!process.env.SHOP) throw new Error("no shop"); export default { root: "site" };',
      "site/index.html": "<p>a</p>",
      "package.json": packageJson({ vite: "^7.0.0" }),
    });
    expect(message).toMatch(
      /^vite.config.js could not be evaluated, so the build uses defaults: no shop. It reads SHOP /,
    );
  });

  it("A page in public/ without a script gets that of src/index, as webpack adds it", async () => {
    const { ok, app } = await reportOf({
      "public/index.html": '<!doctype html><head></head><body><img src="%PUBLIC_URL%/a.svg"><p id="root"></p></body>',
      "public/a.svg": "<svg/>",
      "package.json": '{"main": "src/index.jsx"}',
      "src/index.jsx": 'document.getElementById("root").textContent = "built";',
    });
    expect(ok).toBe(true);
    const html = await app.text("/");
    expect(html).toMatch(/<img [^>]*src="\/a.svg">/);
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(html)?.[1] ?? "";
    expect(await app.text(script)).toContain('"built"');
  });

  it("A page that names no script gets that of the module which fills its empty element, with a warning", async () => {
    const importMap = '<script type="importmap">{"imports": {"a": "https://cdn.example/a.js"}}</script>';
    const page = `<!doctype html><head><script src="https://cdn.example/b.js"></script>${importMap}</head><body><div id="root"></div></body>`;
    const files = { "index.html": page, "index.tsx": 'document.querySelector("#root")!.textContent = "filled";' };
    const { app, diagnostics } = await reportOf(files);
    expect(diagnostics).toMatchObject([{ path: "index.html", severity: "warning" }]);
    expect(diagnostics[0]?.message).toContain('add <script type="module" src="/index.tsx"></script> before </body>');
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    expect(await app.text(script)).toContain('"filled"');
  });

  it("A page that a framework's program fills is reported with the framework, and one of its own is built beside it", async () => {
    const dependencies = { dependencies: { "@quasar/app-vite": "^1.9.0", express: "^5.0.0" } };
    const files = { "package.json": JSON.stringify(dependencies), "src/App.vue": "<template>a</template>" };
    const page = (body: string) => `<!doctype html><title><%= productName %></title><body>${body}</body>`;
    for (const body of ["<!-- quasar:entry-point -->", '<div id="q-app"></div>']) {
      const { ok, diagnostics } = await reportOf({ ...files, "index.html": page(body) });
      expect(ok).toBe(false);
      expect(diagnostics[0]?.message).toMatch(
        /^This is a Quasar CLI project\. .* "Convert this Quasar CLI project to Vite, /,
      );
    }
    expect((await reportOf({ ...files, "index.html": page("<p>Our own page</p>") })).ok).toBe(true);
    const [unnamed] = await messagesOf({
      ...files,
      "index.html": "<title><%= productName %></title>\n<div id=q-app></div>",
    });
    expect(unnamed).toMatch(/^This is a Quasar CLI project\./);
  });

  it("A page without a script and without content is a warning with the tag that it lacks", async () => {
    const body = '<body>\n<div id="root"></div><!-- the app -->\n</body>';
    const files = { "index.html": `<!doctype html><head></head>${body}`, "src/main.tsx": "export const a = 1;" };
    const { ok, diagnostics } = await reportOf(files);
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        path: "index.html",
        line: 1,
        column: 1,
        severity: "warning",
        message:
          'This page is blank: its body is empty and it loads no script. Add <script type="module" src="/src/main.tsx"></script> before </body>, with the module that fills the page.',
      },
    ]);
    for (const page of [
      '<!doctype html>\n<title>Shop</title>\n<div id="root"></div>',
      '<html><head><meta charset="utf-8"><title>Shop</title></head><div id=root></div></html>',
      '<body><noscript>This app needs JavaScript.</noscript><div id="root"></div></body>',
    ])
      expect(await messagesOf({ "index.html": page }), page).toEqual([
        expect.stringMatching(/^This page is blank: its body is empty and it loads no script\. /),
      ]);
    expect(await messagesOf({ "index.html": "<!doctype html><title>Shop</title>Open from nine to five" })).toEqual([]);
    const styled = { "index.html": `<!doctype html><head><style>div { height: 9px }</style></head>${body}` };
    expect(await messagesOf(styled)).toEqual([]);
  });

  it("A page without a script gets that of the module which fills it beside a server of Express too", async () => {
    const { ok, diagnostics } = await reportOf({
      "index.html": '<!doctype html><body><div id="root"></div></body>',
      "index.tsx": 'document.querySelector("#root")!.textContent = "filled";',
      "package.json": packageJson({ express: "^5.0.0" }),
    });
    expect(ok).toBe(true);
    expect(diagnostics[0]?.message).toMatch(/^This page names no script, so index\.tsx is run, /);
  });

  it("A sentence on the manifest of a repository's root names it, also where the app is in a folder", async () => {
    const ember = {
      "package.json": JSON.stringify({ devDependencies: { "ember-source": "~5.12.0" } }),
      "app/index.html":
        "<!doctype html><html><head>{{content-for 'head'}}</head><body><script src='{{rootURL}}assets/vendor.js'></script></body></html>",
      "app/app.js": "export default {};",
    };
    expect((await reportOf(ember)).diagnostics).toMatchObject([
      { path: "package.json", message: expect.stringMatching(/^This is an Ember project\./) },
    ]);
  });

  it("A page whose script Rollup would make is reported with the way out, and one with the committed script is not", async () => {
    const files = { "public/index.html": "<script defer src='/build/bundle.js'></script>", "rollup.config.js": "" };
    const [message] = await messagesOf(files);
    expect(message).toMatch(
      /^This page loads build\/bundle\.js, which Rollup generates .* "Convert this project from Rollup/,
    );
    expect(await messagesOf({ ...files, "public/build/bundle.js": "" })).toEqual([]);
  });

  it("A project whose page a bundler makes is reported with the page's source and the way out", async () => {
    const page = { "src/index.html": "<p>Template</p>", "dist/app.html": "<p>Made</p>" };
    const { ok, diagnostics } = await reportOf({
      ...page,
      "package.json": '{"devDependencies": {"webpack": "^5.0.0"}}',
    });
    expect(ok).toBe(false);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'This project has no index.html in its root: webpack generates its page from src/index.html, and Edgesmith does not run webpack. Ask an agent to convert it: "Convert this project from webpack to Vite, with an index.html in its root."',
    ]);
    const ofPlugin = await messagesOf({ ...page, "package.json": packageJson({ "terser-webpack-plugin": "^5.0.0" }) });
    expect(ofPlugin[0]).toMatch(/: webpack generates its page from src\/index\.html, /);
    expect(await messagesOf({ ...page, "package.json": "{}" })).toEqual([
      'This project has no index.html in its root, and no script fills src/index.html. Ask an agent: "Make this a Vite project, with an index.html in its root made from src/index.html."',
    ]);
    expect(await messagesOf({ "package.json": "{}" })).toEqual([
      "Nothing to show yet: add an index.html or a src/server.ts.",
    ]);
  });

  it("A site without an index.html opens its one page, or the one that is named as the first", async () => {
    const { ok, diagnostics, app } = await reportOf({ "smoking.html": "<h1>Time to stop</h1>", "js/a.js": "" });
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        path: "smoking.html",
        line: 1,
        column: 1,
        severity: "warning",
        message: "There is no index.html, so the app's address opens smoking.html. Rename it to index.html.",
      },
    ]);
    expect(await app.text("/")).toContain('content="0; url=smoking.html"');
    expect(await app.text("/smoking.html")).toContain("Time to stop");
    const named = await reportOf({ "about.html": "<p>a</p>", "home-2.html": "<p>b</p>", "part.html": "<body></body>" });
    expect(await named.app.text("/")).toContain('content="0; url=home-2.html"');
  });

  it("A site without an index.html whose pages are all alike lists them", async () => {
    const { ok, diagnostics, app } = await reportOf({
      "wrangler.jsonc": '{"assets": {"directory": "./"}}',
      "drum & bass.html": "<p>Drums</p>",
      "guess.html": "<p>Guess</p>",
    });
    expect(ok).toBe(true);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "There is no index.html, so the app's address lists its pages. Name the first of them index.html.",
    ]);
    const page = await app.text("/");
    expect(page).toContain('href="guess.html"');
    expect(page).toMatch(/href="drum%20(&|&amp;)%20bass\.html"/);
    expect((await app.get("/guess.html")).headers.get("Location")).toBe("/guess");
    expect(await app.text("/guess")).toContain("Guess");
    expect(await app.text("/drum%20&%20bass")).toContain("Drums");
  });

  it("An app whose pages all are below its root lists them at its own address, and opens the only one", async () => {
    const config = (names: string[]) =>
      `import { resolve } from "node:path";
export default { root: resolve(import.meta.dirname, "src/pages"), build: { rollupOptions: { input: [${names.map((name) => `resolve(import.meta.dirname, "src/pages/${name}/index.html")`).join(", ")}] } } };`;
    const page = (name: string) => ({
      [`src/pages/${name}/index.html`]: `<!doctype html><p>${name}</p><script type="module" src="./main.js"></script>`,
      [`src/pages/${name}/main.js`]: "",
    });
    const vite = { "package.json": packageJson({ vite: "7" }) };
    const two = await reportOf({ ...vite, "vite.config.js": config(["one", "two"]), ...page("one"), ...page("two") });
    expect(two.diagnostics.map(({ message }) => message)).toEqual([
      "There is no src/pages/index.html, so the app's address lists its pages. Name the first of them src/pages/index.html.",
    ]);
    expect([...(await two.app.text("/")).matchAll(/href="([^"]+)"/g)].map(([, address]) => address)).toEqual([
      "one/index.html",
      "two/index.html",
    ]);
    expect(await two.app.text("/two/index.html")).toContain(">two</p>");
    const one = await reportOf({ ...vite, "vite.config.js": config(["one"]), ...page("one") });
    expect(await one.app.text("/")).toContain('content="0; url=one/index.html"');
  });

  it("A page and a module that hold a patch of themselves are reported as such", async () => {
    const patch = "@@ -1,2 +1,2 @@\n-const a = 1;\n+const a = 2;\n";
    for (const files of [{ "index.html": patch }, { "index.html": PAGE, "src/main.js": patch }]) {
      expect((await messagesOf(files))[0]).toMatch(/^This file contains a patch, /);
    }
  });

  it("A page that calls a server on the visitor's own machine is built with a warning at the call", async () => {
    const { ok, diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": 'fetch("http://localhost:3001/items").then(console.log);',
    });
    expect(ok).toBe(true);
    expect(diagnostics).toMatchObject([
      { path: "src/main.js", line: 1, message: expect.stringMatching(/^This calls http:\/\/localhost:3001, /) },
    ]);
  });

  it("Images and films that the pages of a site name in vain are one warning, but not beside a server", async () => {
    const files = {
      "index.html":
        '<img src="logo.svg">\n<img src="images/a%201.jpg"><script src="js/b.js"></script><a href="two.html"></a>',
      "two.html": '<img src="images/a%201.jpg"><video src="c.mp4"></video><img src="https://example.com/d.png">',
      "logo.svg": "<svg/>",
    };
    const { ok, diagnostics } = await reportOf(files);
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        path: "index.html",
        line: 2,
        column: 11,
        severity: "warning",
        message:
          'Cannot find "images/a%201.jpg": there is no file images/a 1.jpg in the project. It will not show. Nor is there c.mp4.',
      },
    ]);
    const server = "export default { fetch: () => new Response('b') };";
    expect(await messagesOf({ ...files, "src/server.js": server })).toEqual([]);
  });

  it("A page that uses a package for servers is built with a warning at its import", async () => {
    const files = {
      "index.html": PAGE,
      "package.json": packageJson({ jsonwebtoken: "^9.0.0" }),
      "src/main.js": 'import { sign } from "./sign.js";\nconsole.log(sign);',
      "src/sign.js": "// tokens\nimport jwt from 'jsonwebtoken';\nexport const sign = (user) => jwt.sign(user, 'key');",
      "src/unused.js": 'import "pg";',
    };
    const warning = {
      path: "src/sign.js",
      line: 2,
      column: 17,
      severity: "warning",
      message:
        'jsonwebtoken is a package for servers and fails in a browser. Ask an agent: "Move the code that uses jsonwebtoken to src/server.ts and call it from the page."',
      suggestedPrompt: "Move the code that uses jsonwebtoken to src/server.ts and call it from the page.",
    };
    expect(await reportOf(files)).toMatchObject({ ok: true, diagnostics: [warning] });
  });

  it("A page's script in another case is served, with a warning that other hosts do not", async () => {
    const page = '<!doctype html><head><script src="./parts/piece.js" defer></script></head>\n<img src="/Logo.svg">';
    const { ok, app, diagnostics } = await reportOf({
      "index.html": page,
      "parts/Piece.js": "globalThis.piece = 1;",
      "Logo.svg": "<svg/>",
    });
    expect(ok).toBe(true);
    expect(await app.text("/parts/piece.js")).toContain("globalThis.piece");
    expect(diagnostics).toEqual([
      {
        path: "index.html",
        line: 1,
        column: page.indexOf("./parts") + 1,
        severity: "warning",
        message:
          'The file that "./parts/piece.js" names is parts/Piece.js. Most hosts tell upper and lower case apart: write the address as the file is named.',
      },
    ]);
  });

  it("A page without a script stays as it is where no module fills an element of it", async () => {
    const page = '<!doctype html><head></head><body><div id="map"></div><p>Only text</p></body>';
    const files = { "index.html": page, "index.ts": 'document.querySelector("#root")?.remove();' };
    const { app, diagnostics } = await reportOf(files);
    expect(diagnostics).toEqual([]);
    expect(await app.text("/")).not.toContain("/__edgesmith/built/");
  });

  it("A script in TypeScript is a module without a type too, as Parcel takes it", async () => {
    const { app } = await reportOf({
      "index.html": '<!doctype html><head></head><body><script src="index.ts"></script></body>',
      "index.ts": "const text: string = 'typed'; console.log(text);",
    });
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    expect(await app.text(script)).toContain('"typed"');
  });

  it("Parcel's schemes of imports give the address of a file, its text and its data", async () => {
    const { app, diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": `import icons from "url:./img/icons.svg"; import text from "bundle-text:./note.txt";
import css from 'bundle-text:./a.css'; import(/* the same */ "data-url:./img/icons.svg").then((data) => console.log(icons, text, css, data));`,
      "src/img/icons.svg": '<svg xmlns="http://www.w3.org/2000/svg"><symbol id="a"/></svg>',
      "src/note.txt": "The text of a file.",
      "src/a.css": "p { color: #010203; }",
    });
    expect(diagnostics).toEqual([]);
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    const code = await app.text(script);
    expect(code).toContain('"The text of a file."');
    expect(code).toContain("p { color: #010203; }");
    const address = /"(\/__edgesmith\/built\/icons-[^"?]+\.svg)/.exec(code)?.[1] ?? "";
    expect(await app.text(address)).toContain('<symbol id="a"/>');
  });
});

describe("addresses that static hosts serve", () => {
  it("An image that a style sheet names from where Vite puts its style sheets is the one in public/", async () => {
    const { app, diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": 'import "./parts/box.css";',
      "src/parts/box.css": 'p { background: url("../assets/dot.svg?v=1") } a { background: url("../assets/lost.svg") }',
      "public/assets/dot.svg": "<svg/>",
    });
    expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining("src/assets/lost.svg")]);
    const sheet = /href="([^"]+\.css)"/.exec(await app.text("/"))?.[1] ?? "";
    expect(await app.text(sheet)).toMatch(/url\("?\/assets\/dot\.svg\?v=1"?\)/);
  });

  it("An address with two slashes after the base is that of the file", async () => {
    const { app } = await reportOf({
      "index.html": PAGE,
      "src/main.js": "",
      "public/img/dot.svg": "<svg/>",
      "vite.config.js": 'export default { base: "/shop/" };',
    });
    expect(await app.text("/shop//img/dot.svg")).toBe("<svg/>");
  });
});

describe("sentences about imports", () => {
  it("A package that several files import and none has is reported once, with the other files", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const messages = await messagesOf({
      "index.html": PAGE,
      "src/main.js": names.map((name) => `import "./${name}.js";`).join("\n"),
      ...Object.fromEntries(names.map((name) => [`src/${name}.js`, 'import "not-there-anywhere";'])),
    });
    expect(messages).toEqual([
      'Cannot find the package "not-there-anywhere". Add it to "dependencies" in package.json, or correct the import. Also in src/b.js, src/c.js, src/d.js and 1 more file.',
    ]);
  });

  it("JSX in a project of Vue without React or a plugin is told which plugin compiles it", async () => {
    const files = {
      "index.html": PAGE.replace("main.js", "main.jsx"),
      "src/main.jsx": 'import { createApp } from "vue";\ncreateApp({ render: () => <p>Hello</p> }).mount("#root");',
      "package.json": packageJson({ vue: "3.5.22" }),
    };
    expect(await messagesOf(files)).toEqual([
      'Cannot find the package "react", which JSX compiles to by default. If this JSX is Vue\'s, add "@vitejs/plugin-vue-jsx" to "devDependencies" in package.json and to the plugins of vite.config.',
    ]);
  });

  it("A path that a package does not export is told with what to do", async () => {
    const files = {
      "index.html": PAGE,
      "src/main.js": 'import "preact/gone";',
      "package.json": packageJson({ preact: "10.27.2" }),
    };
    expect(await messagesOf(files)).toEqual([
      'The package "preact" does not export "preact/gone" by its package.json. Import a path that it exports, or use a version of the package that exports this one.',
    ]);
  });

  it("An import with a version is told to have it in package.json, where no alias of vite.config leads on", async () => {
    const files = { "index.html": PAGE, "src/main.js": 'import "@scope/name@1.2.3/part";', "package.json": "{}" };
    expect(await messagesOf(files)).toEqual([
      'Cannot import "@scope/name@1.2.3/part": imports cannot include a version. Write "@scope/name/part", with "@scope/name": "1.2.3" in "dependencies" of package.json.',
    ]);
  });
});

describe("servers that Vite's plugins build", () => {
  it("The entry of Hono's plugin for Vite is the app's server, by its option or by its default", async () => {
    const server = 'export default { fetch: () => new Response("from the server") };';
    const plugin = (options: string) =>
      `import build from "@hono/vite-build/cloudflare-workers";\nexport default { plugins: [build(${options})] };`;
    const named = await reportOf({ "vite.config.js": plugin('{ entry: "./server/app.js" }'), "server/app.js": server });
    expect(named.diagnostics).toEqual([]);
    expect(await named.app.text("/")).toBe("from the server");
    const usual = await reportOf({ "vite.config.js": plugin(""), "src/index.ts": server });
    expect(await usual.app.text("/")).toBe("from the server");
  });
});

describe("a server that Hono's plugin builds for Cloudflare Pages", () => {
  const files = (plugin: string) => ({
    "vite.config.ts": `import build from "${plugin}";\nexport default { plugins: [build()] };`,
    "src/index.ts": `export default { fetch: (request: Request) =>
  new URL(request.url).pathname === "/" ? new Response("from the server") : new Response("none", { status: 404 }) };`,
    "public/index.html": "<p>a page</p>",
    "public/about.txt": "about",
  });

  it.each(["@hono/vite-cloudflare-pages", "@hono/vite-build/cloudflare-pages"])(
    "The server answers the root of the app before a page of the public folder, and the page has its own address: %s",
    async (plugin) => {
      const { app } = await reportOf(files(plugin));
      expect(await app.text("/")).toBe("from the server");
      expect(await app.text("/about.txt")).toBe("about");
      expect(await app.text("/index.html")).toContain("a page");
    },
  );

  it("A page of the public folder is before the server of a Worker", async () => {
    const { app } = await reportOf(files("@hono/vite-build/cloudflare-workers"));
    expect(await app.text("/")).toContain("a page");
  });
});

describe("pages that a server renders", () => {
  it("The sources that a server's pages name by vite-ssr-components are served built, at their own addresses in a preview", async () => {
    const page = `import { jsx } from "hono/jsx"; import { Link, Script, ViteClient } from "vite-ssr-components/hono";
export default { fetch: () => new Response(String(<html><head><ViteClient /><Script src="/src/client.ts" /><Link rel="stylesheet" href="/src/style.css" /></head></html>), { headers: { "Content-Type": "text/html" } }) };`;
    const { app, ok, diagnostics } = await reportOf({
      "package.json": packageJson({ hono: "4.9.8", "vite-ssr-components": "0.6.1" }),
      "tsconfig.json": '{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "hono/jsx"}}',
      "vite.config.ts": 'import ssr from "vite-ssr-components/plugin"; export default { plugins: [ssr()] };',
      "wrangler.jsonc": '{"main": "src/index.tsx"}',
      "src/index.tsx": page,
      "src/client.ts": 'import "./late.css"; const from: string = "the client"; console.log(from);',
      "src/late.css": "p { color: red; }",
      "src/style.css": "p { b { color: blue; } }",
    });
    expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
    const html = await app.text("/");
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address);
    expect(named).toEqual(["/__edgesmith/client.js", "/@vite/client", "/src/client.ts", "/src/style.css"]);
    for (const address of named.slice(1, 3))
      expect((await app.page(address)).headers.get("Content-Type")).toMatch(/^text\/javascript/);
    const client = await app.text("/src/client.ts");
    expect(client).toContain("stylesheet");
    expect(await app.text(/import "([^"]+)"/.exec(client)?.[1] ?? "")).toContain("the client");
    const sheet = await app.text("/src/style.css");
    expect(await app.text(/url\("([^"]+)"\)/.exec(sheet)?.[1] ?? "")).toContain("p b {");
  });
});

describe("scripts that a build of their own makes for a server's pages", () => {
  const files = (config: string) => ({
    "package.json": JSON.stringify({
      scripts: { dev: "vite", build: "vite build --mode client && vite build" },
      dependencies: { hono: "4.9.8" },
    }),
    "tsconfig.json": '{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "hono/jsx"}}',
    "vite.config.ts": config,
    "src/index.tsx": `import { Hono } from "hono";
const app = new Hono();
app.get("/", (c) => c.html(<html><script type="module" src={import.meta.env.PROD ? "/static/client.js" : "/src/client.ts"} /></html>));
export default app;`,
    "src/client.ts": 'import "./late.css"; const from: string = "the client"; console.log(from);',
    "src/late.css": "p { color: red; }",
  });
  const config = (client: string) => `import pages from "@hono/vite-cloudflare-pages";
import { defineConfig } from "vite";
export default defineConfig(({ mode }) => mode === "client" ? { build: ${client} } : { plugins: [pages()] });`;

  it.each([
    ['{ rollupOptions: { input: "./src/client.ts", output: { entryFileNames: "static/client.js" } } }'],
    ['{ rollupOptions: { input: ["src/client.ts"], output: { entryFileNames: "static/[name].js" } } }'],
    [
      '{ outDir: "./dist/static", rollupOptions: { input: { client: "/src/client.ts" }, output: { entryFileNames: "[name].js" } } }',
    ],
  ])(
    "A script of another mode of vite.config is served under its name, and in a preview at its source's address: %s",
    async (client) => {
      const { app, ok, diagnostics } = await reportOf(files(config(client)));
      expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
      expect(await app.text("/")).toContain('src="/src/client.ts"');
      const script = await app.text("/src/client.ts");
      expect(await app.text(/import "([^"]+)"/.exec(script)?.[1] ?? "")).toContain("the client");
      expect(script).toContain("stylesheet");
      expect(await app.publish(1)).toMatchObject({ ok: true, diagnostics: [] });
      expect(await app.publicText("/")).toContain('src="/static/client.js"');
      const published = await app.publicText("/static/client.js");
      expect(await app.publicText(/import "([^"]+)"/.exec(published)?.[1] ?? "")).toContain("the client");
      expect(published).toContain("stylesheet");
    },
  );
});

describe("builds that go on", () => {
  it("A site without packages is built without the style sheets that its sheets import in vain, and other projects are not", async () => {
    const files = {
      "index.html": '<link rel="stylesheet" href="css/style.css"><p>Coffee</p>',
      "css/style.css": "@import url(animate.min.css);\n@import 'parts/menu.css';\np { color: red }",
    };
    const { ok, diagnostics, app } = await reportOf(files);
    expect(ok).toBe(true);
    expect(diagnostics).toMatchObject([
      {
        path: "css/style.css",
        line: 1,
        severity: "warning",
        message:
          'Cannot find "animate.min.css": there is no file css/animate.min.css in the project. Its rules are left out.',
      },
      { line: 2, message: expect.stringMatching(/^Cannot find "parts\/menu\.css": .* Its rules are left out\.$/) },
    ]);
    const sheet = /href="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    const css = await app.text(sheet);
    expect(css).toContain("color: red");
    expect(css).not.toContain("@import");
    expect((await reportOf({ ...files, "package.json": "{}" })).ok).toBe(false);
  });

  it("A project without an image that a module or a style sheet names is built with a warning", async () => {
    const { ok, diagnostics, app } = await reportOf({
      "index.html": PAGE,
      "vite.config.js": 'export default { resolve: { alias: { "@sounds": "/src/sounds" } } };',
      "src/main.js":
        'import photo from "./photo.png";\nimport song from "@sounds/song.mp3";\nimport "./a.css";\nconsole.log(photo, song);',
      "src/a.css": "p { background: url(./wall.jpg) }",
    });
    expect(ok).toBe(true);
    expect(diagnostics.map(({ path, line, severity }) => [path, line, severity]).sort()).toEqual([
      ["src/a.css", 1, "warning"],
      ["src/main.js", 1, "warning"],
      ["src/main.js", 2, "warning"],
    ]);
    expect(diagnostics.map(({ message }) => message).sort()).toEqual([
      'Cannot find "./photo.png": there is no file src/photo.png in the project. It will not show.',
      'Cannot find "./wall.jpg": there is no file src/wall.jpg in the project. It will not show.',
      'Cannot find "@sounds/song.mp3": there is no file src/sounds/song.mp3 in the project. It will not show.',
    ]);
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    expect((await app.text(script)).match(/"\/src\/[^"]+"/g)).toEqual(['"/src/photo.png"', '"/src/sounds/song.mp3"']);
  });

  it("An imported file that the project's import left out is named with its size", async () => {
    const app = await preview({
      "index.html": PAGE,
      "vite.config.js": 'export default { resolve: { alias: { "@": "/src" } } };',
      "src/main.js": 'import photo from "@/photo.png";\nconsole.log(photo);',
    });
    await app.leaveOut([{ path: "src/photo.png", bytes: 3 * 2 ** 20, reason: "file_too_large" }]);
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "The file src/photo.png is missing: the import left it out (file too large, 3.0 MB). Add it again, smaller.",
    ]);
  });

  it("A failed build keeps the warnings on missing files beside its errors", async () => {
    const { ok, diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": 'import photo from "./photo.png"; import "./gone.js"; console.log(photo);',
    });
    expect(ok).toBe(false);
    expect(diagnostics.map(({ severity, message }) => [severity, message.slice(0, 26)])).toEqual([
      ["error", 'Cannot find "./gone.js": t'],
      ["warning", 'Cannot find "./photo.png":'],
    ]);
  });

  it("A large file that the import left out is named where the app asks for it only when it runs", async () => {
    const app = await preview({
      "index.html": PAGE,
      "src/main.js": 'fetch("/models/tree.glb");',
      "public/models/stone.glb": "small",
      "ios/App/App/public/index.html": '<script src="/assets/index-1.js"></script>',
    });
    await app.leaveOut([
      { path: "public/models/tree.glb", bytes: 3 * 2 ** 20, reason: "file_too_large" },
      { path: "public/models/stone.glb", bytes: 3 * 2 ** 20, reason: "file_too_large" },
      { path: "docs/film.mp4", bytes: 2 ** 30, reason: "file_too_large" },
      { path: "ios/App/App/public/assets/index-1.js", bytes: 2 ** 30, reason: "file_too_large" },
      { path: "dist/tree.glb", bytes: 10, reason: "build_output" },
    ]);
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        path: "public/models/tree.glb",
        line: 0,
        column: 0,
        severity: "warning",
        message:
          "The file public/models/tree.glb (3.0 MB) was not imported: it exceeds the file size limit. It will not show. Add it again, smaller, or load it from another host.",
      },
    ]);
  });

  it("A large file of a build's output is named only where a source loads it from there", async () => {
    const output = { path: "dist/bundle.js", bytes: 3 * 2 ** 20, reason: "file_too_large" } as const;
    const files = {
      "README.md": "See dist/bundle.js.",
      "dist/index.html": '<script src="bundle.js"></script>',
      "webpack.config.js": 'module.exports = { output: { filename: "bundle.js" } };',
    };
    for (const [page, warnings] of [
      ["<p>No script</p>", 0],
      ['<script src="dist/bundle.js"></script>', 1],
    ] as const) {
      const app = await preview({ ...files, "index.html": page });
      await app.leaveOut([output]);
      const { diagnostics } = await app.prepare();
      expect(diagnostics.filter(({ path }) => path === output.path)).toHaveLength(warnings);
    }
  });

  it("A style sheet that a package ships as source, and a partial one, are compiled where a module imports them", async () => {
    const { ok, diagnostics, app } = await reportOf({
      "index.html": PAGE,
      "package.json": packageJson({ "sanitize.css": "13.0.0", bootstrap: "5.3.3", sass: "1.77.8" }),
      "src/main.js": 'import "bootstrap/scss/bootstrap-reboot.scss"; import "./_own.scss";',
      "src/_own.scss": "$c: rgb(1, 2, 3); .own { color: $c; }",
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(ok).toBe(true);
    const address = /href="([^"]+\.css)"/.exec(await app.text("/"))?.[1] ?? "";
    const css = await app.text(address);
    expect(css).toContain("box-sizing: border-box");
    expect(css).toMatch(/\.own \{\s+color: (rgb\(1, 2, 3\)|#010203)/);
  });

  it("A change of the app's sheet that vite.config puts before a package's compiles the package's again", async () => {
    const files = {
      "index.html": PAGE,
      "package.json": packageJson({ bootstrap: "5.3.3", sass: "1.77.8" }),
      "vite.config.js": `import { fileURLToPath } from "node:url";
        const alias = { "@": fileURLToPath(new URL("./src", import.meta.url)) };
        const additionalData = '@import "@/variables.scss";';
        export default { resolve: { alias }, css: { preprocessorOptions: { scss: { additionalData } } } };`,
      "src/main.js": 'import "bootstrap/scss/bootstrap-reboot.scss";',
      "src/_variables.scss": '@import "./colors";',
      "src/_colors.scss": "$body-color: #123456;",
    };
    const { diagnostics, app } = await reportOf(files);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const sheet = async () => app.text(/href="([^"]+\.css)"/.exec(await app.text("/"))?.[1] ?? "");
    expect(await sheet()).toContain("#123456");
    await app.write({ ...files, "src/_colors.scss": "$body-color: #654321;" });
    await app.prepare();
    expect(await sheet()).toContain("#654321");
  });

  it("The fonts of a package's style sheet that Tailwind or Sass puts into the app's are found", async () => {
    const { diagnostics, app } = await reportOf({
      "index.html": PAGE,
      "package.json": packageJson({ "@fontsource/roboto-mono": "5.0.18", tailwindcss: "4.1.0", sass: "1.77.8" }),
      "src/main.js": 'import "./styles/tailwind.css"; import "./styles/sass.scss";',
      "src/styles/tailwind.css": '@import "@fontsource/roboto-mono/400.css";\n@import "tailwindcss";',
      "src/styles/sass.scss": '@use "@fontsource/roboto-mono/700.css" as bold;',
    });
    expect(diagnostics).toEqual([]);
    const address = /href="([^"]+\.css)"/.exec(await app.text("/"))?.[1] ?? "";
    const fonts = [...(await app.text(address)).matchAll(/url\("?([^")]+\.woff2)"?\)/g)].map(([, url = ""]) => url);
    expect(fonts.length).toBeGreaterThan(1);
    for (const font of fonts) expect(font).toMatch(/^\/__edgesmith\/built\/roboto-mono-[\w-]+\.woff2$/);
  });

  it("Variables that vite.config sets reach the page, and win over those of .env files", async () => {
    const { app } = await reportOf({
      "index.html": PAGE,
      ".env": "VITE_VERSION=old",
      "package.json": '{"version": "1.2.3"}',
      "vite.config.js":
        'import own from "./package.json"; process.env.VITE_VERSION = own.version; process.env.HIDDEN = "x"; export default {};',
      "src/main.js": "console.log(import.meta.env.VITE_VERSION, import.meta.env.HIDDEN);",
    });
    const script = /src="(\/__edgesmith\/built[^"]+)"/.exec(await app.text("/"))?.[1] ?? "";
    const built = await app.text(script);
    expect(built).toContain('VITE_VERSION: "1.2.3"');
    expect(built).not.toContain("HIDDEN:");
  });

  it("A missing file of a kind that assetsInclude names is a warning too", async () => {
    const { ok, diagnostics } = await reportOf({
      "index.html": PAGE,
      "vite.config.js": 'export default { assetsInclude: ["**/*.scene"] };',
      "src/main.js": 'import scene from "./a.scene"; console.log(scene);',
    });
    expect(ok).toBe(true);
    expect(diagnostics).toMatchObject([{ path: "src/main.js", line: 1, severity: "warning" }]);
    expect(diagnostics[0]?.message).toContain("there is no file src/a.scene");
  });

  it("A style sheet that Tailwind refuses stops the build only when a module imports it", async () => {
    const files = {
      "index.html": PAGE,
      "package.json": packageJson({ tailwindcss: "4.1.0" }),
      "src/main.js": 'import "./used.css";',
      "src/used.css": '@import "tailwindcss";',
      "src/broken.css": "p { @apply no-such-class; }",
    };
    expect((await reportOf(files)).ok).toBe(true);
    const { ok, diagnostics } = await reportOf({
      ...files,
      "src/main.js": 'import "./used.css"; import "./broken.css";',
    });
    expect(ok).toBe(false);
    expect(diagnostics[0]).toMatchObject({ path: "src/broken.css", message: expect.stringContaining("no-such-class") });
  });

  it("A file or a folder that an import names in another case is found, as on the author's machine", async () => {
    const { ok, diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": 'import { a } from "./components/Button"; import b from "./Parts/b.js"; console.log(a, b);',
      "src/components/button.js": "export const a = 1;",
      "src/parts/b.js": "export default 2;",
    });
    expect(ok).toBe(true);
    expect(diagnostics.every(({ severity }) => severity === "warning")).toBe(true);
    expect(diagnostics).toContainEqual({
      path: "src/main.js",
      line: 1,
      column: 19,
      severity: "warning",
      message:
        'The file that "./components/Button" names is src/components/button.js. Most hosts tell upper and lower case apart: write the import as the file is named.',
    });
  });

  it("An import of a style sheet that comes after rules is a warning with the way out", async () => {
    const { diagnostics } = await reportOf({
      "index.html": PAGE,
      "src/main.js": 'import "./main.css";',
      "src/main.css": 'p { color: red }\n@import "./more.css";\n@import "https://fonts.example/a.css";\n',
      "src/more.css": "b { color: blue }",
    });
    const message =
      "This @import comes after other rules, so that browsers ignore it and its styles are missing. Move it to the top of the file.";
    expect(diagnostics).toEqual([{ path: "src/main.css", line: 2, column: 1, severity: "warning", message }]);
  });

  it("An import of another host that comes after rules is loaded, in plain sheets, those of Tailwind and blocks of components", async () => {
    const app = await preview({
      "index.html": PAGE,
      "package.json": packageJson({ vue: "3.5.13", tailwindcss: "4.1.13" }),
      "src/main.js": 'import "./a.css"; import "./b.css"; import "./c.scss"; import C from "./C.vue"; console.log(C);',
      "src/a.css": 'p { color: red }\n@import "https://fonts.example/a.css";\n',
      "src/b.css": '@import "tailwindcss";\n@import url("https://fonts.example/b.css?w=400;700");\n',
      "src/c.scss": 'p { b { color: red } }\n@import url("https://fonts.example/c.css");\n',
      "src/C.vue": '<template><p /></template>\n<style>p { top: 0 }\n@import "https://fonts.example/d.css";</style>',
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const [, sheet = ""] = /href="([^"]+\.css)"/.exec(await (await app.page("/")).text()) ?? [];
    const css = await app.text(sheet);
    const beforeRules = css.slice(0, css.search(/color: red|@layer theme/));
    for (const name of ["a.css", "b.css?w=400;700", "c.css", "d.css"])
      expect(beforeRules).toContain(`https://fonts.example/${name}`);
  });

  it("A file of a package may be named without its extension, although the package's exports have it", async () => {
    const { diagnostics } = await reportOf({
      "index.html": PAGE,
      "package.json": packageJson({ three: "0.159.0" }),
      "src/main.js": 'import Stats from "three/examples/jsm/libs/stats.module"; console.log(Stats);',
    });
    expect(diagnostics).toEqual([]);
  });

  it("Imports may omit the extensions that vite.config lists", async () => {
    const { diagnostics } = await reportOf({
      "index.html": PAGE,
      "package.json": packageJson({ vue: "3.5.13" }),
      "vite.config.js": 'export default { resolve: { extensions: [".js", ".vue"] } };',
      "src/main.js": 'import App from "./App"; import { a } from "./a"; console.log(App, a);',
      "src/App.vue": "<template><p>App</p></template>",
      "src/a.ts": "export const a: number = 1;",
    });
    expect(diagnostics).toEqual([]);
  });
});

it("a Vue template with many static elements compiles in a runtime that evaluates no strings", async () => {
  const { diagnostics } = await reportOf({
    "index.html": PAGE,
    "package.json": packageJson({ vue: "3.5.13" }),
    "src/main.js": 'import App from "./App.vue"; console.log(App);',
    "src/App.vue": `<template><div>${'<p style="color: red" class="a"><b v-if="n">{{ n }}</b></p>'.repeat(3)}${'<p style="color: red">static</p>'.repeat(25)}</div></template>`,
  });
  expect(diagnostics).toEqual([]);
});

it("an app that registers a service worker by vite-plugin-pwa runs without one", async () => {
  const { ok, app } = await reportOf({
    "index.html": PAGE,
    "src/main.js": 'import { registerSW } from "virtual:pwa-register"; console.log(registerSW({ immediate: true }));',
  });
  expect(ok).toBe(true);
  expect((await app.page("/")).status).toBe(200);
});

it("A package that only a tool-like configuration file imports is installed", async () => {
  const { diagnostics } = await reportOf({
    "index.html": PAGE,
    "package.json": packageJson({ nanoid: "5.0.9" }),
    "src/main.js": 'import { id } from "./configs/ids.config"; console.log(id);',
    "src/configs/ids.config.ts": 'import { nanoid } from "nanoid"; export const id: string = nanoid();',
  });
  expect(diagnostics).toEqual([]);
});

it("A build.command of esbuild writes its output where the page looks for it", async () => {
  const { ok, diagnostics, app } = await reportOf({
    "wrangler.json":
      '{ "assets": { "directory": "public" }, "build": { "command": "npx esbuild src/client.ts --bundle --outdir=public/dist" } }',
    "public/index.html":
      '<link rel="stylesheet" href="/dist/client.css"><script type="module" src="/dist/client.js"></script>',
    "src/client.ts": 'import "./client.css"; const text: string = "built here"; console.log(text);',
    "src/client.css": "p { color: red }",
  });
  expect([ok, diagnostics]).toEqual([true, []]);
  const [, script = ""] = /^import "(.+)";/.exec(await app.text("/dist/client.js")) ?? [];
  expect(await app.text(script)).toContain("built here");
  expect(await app.text("/dist/client.css")).toMatch(/^@import "\/__edgesmith\/built\/client-\w+\.css";/);
  expect((await app.get(`${script}.map`)).status).toBe(200);
  await app.publish(1);
  const [, published = ""] = /^import "(.+)";/.exec(await app.publicText("/dist/client.js")) ?? [];
  expect(await app.publicText(published)).toContain("built here");
  expect((await app.asPublic(`${published}.map`)).status).toBe(404);
});

it("the public folder is also served below its name when a page names it, and only then", async () => {
  const { app } = await reportOf({
    "index.html": '<img src="public/icons/a.svg">',
    "public/icons/a.svg": "<svg/>",
    "public/b.txt": PIXEL,
  });
  expect(await app.text("/icons/a.svg")).toBe("<svg/>");
  expect(await app.text("/public/icons/a.svg")).toBe("<svg/>");
  const { app: other } = await reportOf({ "index.html": "<p>public</p>", "public/b.txt": PIXEL });
  expect((await other.get("/public/b.txt")).status).toBe(404);
});

it("A package of a workspace is compiled by its own tsconfig.json", async () => {
  const { ok, app } = await reportOf({
    "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
    "apps/web/package.json": '{ "name": "web", "dependencies": { "@x/ui": "*" } }',
    "apps/web/index.html": PAGE,
    "apps/web/src/main.js": 'import { A } from "@x/ui"; console.log(new A());',
    "packages/ui/package.json": '{ "name": "@x/ui", "main": "src/index.ts" }',
    "packages/ui/tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
    "packages/ui/src/index.ts": "const kept = (..._: unknown[]) => {};\nexport class A { @kept a = 1; }",
  });
  expect(ok).toBe(true);
  const [, script = ""] = /src="(\/__edgesmith\/built\/[^"]+\.js)"/.exec(await (await app.page("/")).text()) ?? [];
  expect(await app.text(script)).toContain("__decorateClass(");
});

it("Components and style sheets of a workspace's packages are compiled as the app's own", async () => {
  const { ok, diagnostics, app } = await reportOf({
    "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
    "apps/web/package.json":
      '{ "name": "web", "dependencies": { "svelte": "5.57.3", "sass": "1.108.2", "@x/ui": "*" } }',
    "apps/web/index.html": PAGE,
    "apps/web/src/main.js":
      'import { mount } from "svelte"; import { Card } from "@x/ui"; mount(Card, { target: document.body });',
    "packages/ui/package.json": '{ "name": "@x/ui", "exports": "./index.js" }',
    "packages/ui/index.js": 'import "./theme.scss"; export { default as Card } from "./Card.svelte";',
    "packages/ui/theme.scss": "$a: 1px; p { margin: $a * 3; }",
    "packages/ui/Card.svelte": "<script>let text = $state(`from the kit`);</script>\n<p>{text}</p>",
  });
  expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
  const html = await (await app.page("/")).text();
  const [, script = ""] = /src="(\/__edgesmith\/built\/[^"]+\.js)"/.exec(html) ?? [];
  expect(await app.text(script)).toContain("from the kit");
  const [, sheet = ""] = /href="(\/__edgesmith\/built\/[^"]+\.css)"/.exec(html) ?? [];
  expect(await app.text(sheet)).toContain("margin: 3px");
});

it("a page in src/ is the app's when it loads a script, and a framework's template is not", async () => {
  const { ok, app } = await reportOf({
    "package.json": packageJson({}),
    "src/index.html": '<p>Here</p><script type="module" src="./main.ts"></script>',
    "src/main.ts": "const a: number = 1; console.log(a);",
  });
  expect(ok).toBe(true);
  expect(await (await app.page("/")).text()).toContain("/__edgesmith/built/");
  const angular = { "package.json": packageJson({ "@angular/core": "21" }), "src/index.html": "<app-root></app-root>" };
  expect(await messagesOf(angular)).toEqual([expect.stringMatching(/^This is an Angular project\./)]);
  const native = { "package.json": packageJson({ "@nativescript/core": "8" }), "app/app.js": "" };
  expect(await messagesOf(native)).toEqual([expect.stringMatching(/^This is a NativeScript project\./)]);
});

describe("words of a report", () => {
  it("A diagnostic on a missing module names the only one of its name in another folder", async () => {
    const files = {
      "index.html": PAGE,
      "vite.config.js": 'export default { resolve: { alias: { "@": "/src" } } };',
      "src/main.js": 'import "./pages/Layout.jsx"; import "@/components/Card";',
      "src/pages/Layout.jsx":
        'import { a } from "./utils"; import Note from "./Note.vue"; import "./helpers"; a(Note);',
      "src/utils/index.ts": "export const a = console.log;",
      "src/parts/Note.vue": "<template>a</template>",
      "src/parts/Card.tsx": "export const Card = 1;",
      "src/a/helpers.ts": "",
      "src/b/helpers.ts": "",
    };
    expect((await messagesOf(files)).sort()).toEqual([
      'Cannot find "./Note.vue": there is no file src/pages/Note.vue in the project. Did you mean src/parts/Note.vue? Import "../parts/Note.vue".',
      'Cannot find "./helpers": there is no file src/pages/helpers in the project.',
      'Cannot find "./utils": there is no file src/pages/utils in the project. Did you mean src/utils/index.ts? Import "../utils".',
      'Cannot find "@/components/Card": there is no file src/components/Card in the project. Did you mean src/parts/Card.tsx? Import "./parts/Card".',
    ]);
  });

  it("A framework's own pages are named, even beside a server or a page", async () => {
    const framework = await messagesOf({
      "package.json": packageJson({ "@react-router/dev": "7", "react-router": "7" }),
      "react-router.config.ts": "export default {};",
      "wrangler.jsonc": '{ "main": "./workers/app.ts" }',
      "workers/app.ts": 'import "virtual:react-router/server-build"; export default { fetch: () => new Response() };',
    });
    expect(framework).toEqual([expect.stringMatching(/^This is a React Router \(framework mode\) project\./)]);
    const template = { "public/index.html": '<div id="root"></div>', "src/index.js": "" };
    const created = await messagesOf({ "package.json": packageJson({ "react-scripts": "5" }), ...template });
    expect(created).toEqual([expect.stringMatching(/^This is a Create React App project\./)]);
    const served = { "package.json": packageJson({ express: "5" }), "public/index.html": "<p>Static</p>" };
    expect(await messagesOf(served)).toEqual([]);
  });

  it("A page that names only scripts that are gone was left behind by a move to a framework, which is named", async () => {
    const next = { "package.json": packageJson({ next: "15" }), "src/app/page.tsx": "export default () => null;" };
    expect(await messagesOf({ ...next, "index.html": PAGE })).toEqual([
      expect.stringMatching(/^This is a Next\.js project\./),
    ]);
    const relative =
      '<body><script src="https://cdn.example/a.js"></script><script type="module" src="main.tsx"></script>';
    expect(await messagesOf({ ...next, "index.html": relative })).toEqual([
      expect.stringMatching(/^This is a Next\.js project\./),
    ]);
    expect(await messagesOf({ ...next, "index.html": PAGE, "src/main.js": "" })).toEqual([]);
    expect(await messagesOf({ ...next, "index.html": relative, "main.tsx": "" })).toEqual([]);
    const express = { "package.json": packageJson({ express: "5" }), "index.html": PAGE };
    expect(await messagesOf(express)).toEqual([
      'Cannot find "/src/main.js": there is no file src/main.js in the project.',
    ]);
  });

  it.each([
    ["Vue 2", { vue: "2.7.16" }, { "src/App.vue": "<template><p>Old</p></template>" }],
    ["Vue 3.0 or 3.1", { vue: "3.1.5" }, { "src/App.vue": "<template><p>Old</p></template>" }],
    ["MDX 1", { "@mdx-js/mdx": "^1.6.22" }, { "src/page.mdx": "# Old" }],
    ["Tailwind CSS 2", { tailwindcss: "^2.2.19" }, { "src/main.css": "@tailwind base;" }],
  ])("A project of %s is named in one sentence", async (title, dependencies, files) => {
    const own = { "index.html": PAGE, "package.json": packageJson(dependencies), "src/main.js": "" };
    expect(await messagesOf({ ...own, ...files })).toEqual([
      expect.stringMatching(new RegExp(`^This project uses ${title}, which is not supported\\.`)),
    ]);
  });

  it("A project that names no version of Vue and MDX is not taken for an old one", async () => {
    const files = {
      "index.html": PAGE,
      "package.json": packageJson({}),
      "src/main.js": "",
      "src/App.vue": "<template><p>New</p></template>",
      "src/page.mdx": "# New",
    };
    expect(await messagesOf(files)).toEqual([]);
  });

  it("A project of Vue 2 without a page of its own is named in the same sentence", async () => {
    const files = {
      "package.json": packageJson({ vue: "2.x" }),
      "src/pages/a/App.vue": "<template><p>Old</p></template>",
    };
    const [message] = await messagesOf(files);
    expect(message).toMatch(/^This project uses Vue 2, which is not supported\./);
  });

  it("A missing file of a Git submodule is reported with the submodule", async () => {
    const [message] = await messagesOf({
      "index.html": PAGE,
      ".gitmodules": '[submodule "src/assets"]\n\tpath = src/assets\n\turl = https://example.com/assets.git\n',
      "src/main.js": 'import "./assets/main.css";',
    });
    expect(message).toBe(
      'Cannot find "./assets/main.css": there is no file src/assets/main.css in the project. The folder src/assets is a Git submodule, whose files are not in an archive of this repository: add them to the project.',
    );
  });

  it("A missing file that .gitignore leaves out of the repository is reported as one that a program makes", async () => {
    const [message, other] = await messagesOf({
      "index.html": PAGE,
      ".gitignore": "node_modules\n/src/gen/\n!/src/gen/kept.js\n",
      "src/main.js": 'import "./gen/routes.js"; import "./other.js";',
    });
    expect(message).toBe(
      'Cannot find "./gen/routes.js": there is no file src/gen/routes.js in the project. .gitignore leaves it out of the repository, so it is probably generated: run the command that generates it and add the file to the project, or ask an agent to write it.',
    );
    expect(other).toBe('Cannot find "./other.js": there is no file src/other.js in the project.');
  });

  it("A package of a workspace whose folder is not in the project is named as one", async () => {
    const messages = await messagesOf({
      "index.html": PAGE,
      "package.json": packageJson({ "@our/kit": "workspace:*" }),
      "src/main.js": 'import "@our/kit";',
    });
    expect(messages).toEqual([
      'Cannot import "@our/kit": "@our/kit" is a package of the same repository ("workspace:*"), and its folder is not in this project. Import the whole repository, or add the folder.',
    ]);
  });

  it.each([
    [
      "an icon that no installed set has",
      'import Home from "~icons/mdi/home"; console.log(Home);',
      /^Cannot find the icon "mdi:home"\. Add "@iconify-json\/mdi" to "devDependencies"/,
    ],
    [
      "a module of a plugin",
      'import "virtual:icons";',
      /^"virtual:icons" comes from a Vite plugin that Edgesmith does not run\./,
    ],
    [
      "a merge conflict",
      "<<<<<<< HEAD\na();\n=======\nb();\n>>>>>>> other\n",
      /^This file has an unresolved merge conflict\./,
    ],
    [
      "a missing file by an alias",
      'import "#lib/gone";',
      /^Cannot find "#lib\/gone": there is no file src\/lib\/gone in the project\.$/,
    ],
  ])("A diagnostic explains %s", async (_, code, sentence) => {
    const config = 'export default { resolve: { alias: { "#lib": "/src/lib" } } };';
    const [message] = await messagesOf({ "index.html": PAGE, "vite.config.js": config, "src/main.js": code });
    expect(message).toMatch(sentence);
  });

  it("A project above the RPC limit is reported as too large", async () => {
    const app = await preview({ "index.html": "<p>Here</p>" });
    await app.enlarge(33 * 2 ** 20);
    expect(await app.prepare()).toMatchObject({
      ok: false,
      diagnostics: [{ message: expect.stringMatching(/^The project is too large to build/) }],
    });
  });

  it("The warnings name variables that no .env file sets, and the command of wrangler that is not run", async () => {
    const messages = await messagesOf({
      "index.html": PAGE,
      ".env": "VITE_SET=1",
      "wrangler.json": '{ "build": { "command": "rollup client.ts -d public" } }',
      "src/main.js":
        'connect(import.meta.env.VITE_URL, import.meta.env.VITE_SET, import.meta.env.VITE_PORT ?? "80", import.meta.env.VITE_BASE || "", import.meta.env.VITE_KEY || "");\nfunction connect() {}',
    });
    expect(messages).toEqual([
      "No .env file sets VITE_KEY, VITE_URL, so the app reads undefined there. Add a file .env with them.",
      expect.stringMatching(/^Its build command is not run here: rollup client\.ts -d public\./),
    ]);
  });
});
