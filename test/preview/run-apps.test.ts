import { describe, expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

const COUNTER = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS visit (at INTEGER)");
    if (request.method === "POST") sql.exec("INSERT INTO visit VALUES (1)");
    return Response.json({ code: "CODE", count: sql.exec("SELECT count(*) AS n FROM visit").one().n });
  }
}`;

describe("a static app", () => {
  it("a static app is served unchanged, with public/ at the root", async () => {
    const app = await preview({
      "index.html": "<!doctype html><head></head><h1>Hello</h1>",
      "public/robots.txt": "none",
      "style.css": "h1{}",
    });
    const page = await app.page("/");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<h1 data-edgesmith-at="index.html:1:29">Hello</h1>');
    expect(await app.text("/robots.txt")).toBe("none");
    expect((await app.get("/style.css")).headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    expect((await app.get("/missing.png")).status).toBe(404);
    expect(await (await app.page("/some/route")).text()).toContain("Hello");
  });
});

describe("names in Unicode normal form D, as macOS hands them out", () => {
  it("names in Unicode normal form D, as on macOS, resolve in imports and addresses to files in form C", async () => {
    const app = await preview({
      "index.html": '<!doctype html><script type="module" src="/src/main.js"></script>',
      "src/main.js": 'import "./cafe\u0301.js";',
      "src/caf\u00e9.js": "console.log(1);",
      "public/\u00e9.txt": "found",
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(await app.text("/e%CC%81.txt")).toBe("found");
  });
});

describe("a page written without head and body", () => {
  it("a page without head and body reports its errors, and a fragment that a script fetches stays unchanged", async () => {
    const app = await preview({ "index.html": "<h1>Bare</h1>", "text.html": "Only text" });
    expect(await (await app.page("/")).text()).toMatch(
      /^<script src="\/__edgesmith\/[^"]+"><\/script><h1 data-edgesmith-at="index.html:1:1">Bare<\/h1>$/,
    );
    expect(await (await app.page("/text.html")).text()).toMatch(
      /^Only text<script src="\/__edgesmith\/[^"]+"><\/script>$/,
    );
    expect(await app.text("/index.html")).toBe('<h1 data-edgesmith-at="index.html:1:1">Bare</h1>');
  });
});

describe("a client", () => {
  it("a client is built from the module script of its page, with the CSS it imports", async () => {
    const app = await preview({
      "index.html":
        '<!doctype html><html><head></head><body><script type="module" src="/src/main.ts"></script></body></html>',
      "src/main.ts":
        'import "./style.css"; import { greet } from "./greet"; const name: string = "Ada"; document.title = greet(name);',
      "src/greet.ts": 'export const greet = (name: string): string => "Hello " + name;',
      "src/style.css": 'body { background: url("./dot.svg") }',
      "src/dot.svg": "<svg/>",
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const html = await (await app.page("/")).text();
    const script = /src="(\/__edgesmith\/built\/index-[0-9A-Z]{8}\.js)"/.exec(html)?.[1] ?? "";
    const style = /href="(\/__edgesmith\/built\/index-[0-9A-Z]{8}\.css)"/.exec(html)?.[1] ?? "";
    expect(await app.text(script)).toContain("Hello ");
    expect(await app.text(style)).toMatch(/\/__edgesmith\/built\/dot-[0-9A-Z]{8}\.svg/);
    expect(await app.text("/src/dot.svg")).toBe("<svg/>");
    expect((await app.get("/src/main.ts")).status).toBe(404);
  });
});

describe("a wrangler configuration", () => {
  const main = { "worker.ts": "export default { fetch: (_: Request, env: { A: string }) => new Response(env.A) };" };

  it("a wrangler configuration gives its server variables, and a warning for each unsupported binding", async () => {
    const config =
      '{ "main": "worker.ts", "vars": { "A": "told" }, "queues": { "producers": [{ "binding": "NOTES", "queue": "notes" }] } }';
    const app = await preview({ ...main, "wrangler.jsonc": config });
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    expect(diagnostics).toMatchObject([{ path: "wrangler.jsonc", severity: "warning" }]);
    expect(diagnostics[0]?.message).toContain("NOTES, a queue");
    expect(await app.text("/x")).toBe("told");
  });

  it("a server whose wrangler configuration names what a program makes of it is run from its source", async () => {
    const server = 'export { default } from "./worker.ts";';
    const files = {
      "wrangler.toml": 'main = "dist/index.mjs"\n[build]\ncommand = "npm run build"',
      "src/index.ts": server,
      "src/worker.ts": 'export default { fetch: () => new Response("from the source") };',
    };
    const app = await preview(files);
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        path: "wrangler.toml",
        line: 1,
        column: 9,
        severity: "warning",
        message:
          'The server that wrangler.toml names, dist/index.mjs, is not in the project: a program makes it that is not run here. src/index.ts is run in its place. Write that path as "main".',
      },
    ]);
    expect(await app.text("/")).toBe("from the source");
  });

  it.each([
    ["wrangler dev api/index.ts", "wrangler deploy --minify api/index.ts", 'name = "api"'],
    ["npm run types && wrangler dev --port 3000 ./api/index.ts --local", "", null],
  ])("a server that only the commands of package.json name is run: %s", async (dev, deploy, config) => {
    const app = await preview({
      "package.json": JSON.stringify({ scripts: { dev, deploy } }),
      ...(config === null ? {} : { "wrangler.toml": config }),
      "api/index.ts": 'export default { fetch: () => new Response("by its command") };',
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(await app.text("/")).toBe("by its command");
  });

  it("a server of a wrangler configuration that is not there is named, beside a page and without one", async () => {
    const message =
      'The server that wrangler.toml names, dist/index.mjs, is not in the project: a program makes it that is not run here. So no server answers. Write the path of its source as "main".';
    const files = { "wrangler.toml": 'main = "dist/index.mjs"', "src/index.ts": "document.title = 'A page';" };
    const alone = await (
      await preview({ ...files, "package.json": '{"devDependencies": {"esbuild": "1"}}' })
    ).prepare();
    expect(alone).toMatchObject({ ok: false, diagnostics: [{ severity: "error", message }] });
    const beside = await (await preview({ ...files, "index.html": "<p>A page</p>" })).prepare();
    expect(beside).toMatchObject({ ok: true, diagnostics: [{ severity: "warning", message }] });
    const own = { ...files, "src/server.ts": 'export default { fetch: () => new Response("own") };' };
    expect((await (await preview(own)).prepare()).diagnostics).toEqual([]);
  });

  it("a wrangler configuration that is invalid is a warning", async () => {
    for (const [name, text] of [
      ["wrangler.toml", "main = "],
      ["wrangler.json", '{ "main": '],
    ] as const) {
      const app = await preview({ "index.html": "<h1>Page</h1>", [name]: text });
      const { ok, diagnostics } = await app.prepare();
      expect(ok, name).toBe(true);
      expect(diagnostics, name).toMatchObject([{ path: name, severity: "warning" }]);
    }
  });
});

describe("a server", () => {
  it("a server imports Node's modules with their prefix and without", async () => {
    const app = await preview({
      "src/server.ts": `import { createHash } from "node:crypto";
import { join } from "path";
import { EventEmitter } from "events";
import { helper } from "./helper";
export default {
  fetch: () => Response.json([createHash("sha256").update("a").digest("hex").slice(0, 8), join("a", "..", "b"), typeof EventEmitter, helper()]),
};`,
      "src/helper.ts":
        'import { Buffer } from "buffer";\nexport const helper = () => Buffer.from("hi").toString("base64");',
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(JSON.parse(await app.text("/"))).toEqual(["ca978112", "b", "function", "aGk="]);
  });

  it("a server's CommonJS modules require Node's modules with their prefix and without", async () => {
    const app = await preview({
      "src/server.ts": `import { join } from "./join.cjs";
export default { fetch: () => new Response(join()) };`,
      "src/join.cjs": `const { posix } = require("node:path");
const { EventEmitter } = require("events");
const late = () => require("util").format("%s", typeof EventEmitter);
exports.join = () => posix.join("a", "b") + " " + late();`,
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(await app.text("/")).toBe("a/b function");
  });

  it("a server that imports cloudflare:email, as Cloudflare's agents do, starts and makes messages", async () => {
    const app = await preview({
      "src/server.ts": `import { EmailMessage } from "cloudflare:email";
        const message = new EmailMessage("ada@example.com", "bob@example.com", "Hello");
        export default { fetch: () => Response.json(message) };`,
    });
    expect(await (await app.get("/")).json()).toEqual({ from: "ada@example.com", to: "bob@example.com", raw: "Hello" });
  });

  it("a server's caches lose every entry, so that no app reads another's", async () => {
    const app = await preview({
      "src/server.ts": `export default {
  async fetch() {
    const named = await caches.open("named");
    for (const cache of [caches.default, named]) await cache.put("https://shop.example/a", new Response("kept"));
    const found = [await caches.default.match("https://shop.example/a"), await named.match("https://shop.example/a")];
    return Response.json([found.map(String), await named.delete("https://shop.example/a")]);
  },
};`,
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(JSON.parse(await app.text("/"))).toEqual([["undefined", "undefined"], false]);
  });

  it("a server in the syntax of service workers is named with the way out", async () => {
    const app = await preview({
      "src/server.js": 'addEventListener("fetch", (event) => event.respondWith(new Response("old")));',
    });
    const { diagnostics } = await app.prepare();
    expect(diagnostics).toMatchObject([
      { path: "src/server.js", message: expect.stringMatching(/service worker.*fetch\(request, env\)/) },
    ]);
  });

  it("a server's default export handles requests without a static file", async () => {
    const app = await preview({
      "index.html": "<h1>Page</h1>",
      "src/server.ts":
        'export default { fetch: (request: Request) => new Response("server " + new URL(request.url).pathname) };',
    });
    expect(await app.text("/api/x")).toBe("server /api/x");
    expect(await app.text("/")).toContain("Page");
  });

  it("a server keeps its App's data when the code changes", async () => {
    const app = await preview({ "src/server.ts": COUNTER.replace("CODE", "one") });
    await app.get("/n", { method: "POST" });
    await app.get("/n", { method: "POST" });
    expect(JSON.parse(await app.text("/n"))).toEqual({ code: "one", count: 2 });
    await app.write({ "src/server.ts": COUNTER.replace("CODE", "two") });
    expect(JSON.parse(await app.text("/n"))).toEqual({ code: "two", count: 2 });
  });

  it("a server finishes a request in flight with the code that it began with", async () => {
    const inserts = 'if (request.method === "POST") sql.exec("INSERT INTO visit VALUES (1)");';
    const waits = 'if (request.method === "POST") await new Promise((resolve) => setTimeout(resolve, 1000));';
    const slow = COUNTER.replace(inserts, `${inserts} ${waits}`);
    const app = await preview({ "src/server.ts": slow.replace("CODE", "one") });
    await app.get("/n");
    const Cookie = app.cookie;
    await app.write({ "src/server.ts": slow.replace("CODE", "two") });
    await app.build();
    const atFirst = (init: RequestInit = {}) => app.visit("/n", { ...init, headers: { Cookie } });
    const submitted = atFirst({ method: "POST" });
    await vi.waitUntil(async () => (await (await atFirst()).text()).includes('"count":1'), 30_000);
    const next = app.get("/n");
    const answer = await submitted;
    expect([answer.status, await answer.text()]).toEqual([200, '{"code":"one","count":1}']);
    expect(await (await next).json()).toEqual({ code: "two", count: 1 });
  });
});
