// How a wrangler configuration and Cloudflare Pages route requests between static files and a server.
import { describe, expect, it, vi } from "vitest";
import { type Files, preview } from "./preview.ts";

// The first build of a runtime starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const navigation = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };

const inWords = async (response: Response): Promise<string> => {
  const text = await response.text();
  const said = response.headers.get("Location") ?? /<p\b[^>]*>(.*?)<\/p>/.exec(text)?.[1] ?? text;
  return `${response.status} ${said.includes("<") ? "a page of ours" : said}`;
};

/** Asks the preview and the published app for addresses; those with "nav:" as a browser that opens them. */
async function answersOf(files: Files, asked: string[]): Promise<Record<string, string>> {
  const app = await preview(files);
  await app.build();
  await app.publish(1);
  const found: Record<string, string> = {};
  for (const one of asked) {
    const [, how = "", path = ""] = /^(?:(nav|POST):)?(.*)$/.exec(one) ?? [];
    const init = { method: how === "POST" ? how : "GET", headers: how === "nav" ? navigation : {} };
    const published = await inWords(await app.asPublic(path, init));
    expect(await inWords(await app.get(path, init))).toBe(published);
    found[one] = published;
  }
  return found;
}

const config = (assets: object, more: object = {}): string =>
  JSON.stringify({ main: "worker/index.ts", compatibility_date: "2026-11-01", assets, ...more });

const worker = `export default { fetch: (request) => new Response("server " + new URL(request.url).pathname, { status: 404 }) };`;
const pages: Files = {
  "index.html": "<p>Home</p>",
  "public/about.html": "<p>About</p>",
  "public/docs/index.html": "<p>Docs</p>",
  "worker/index.ts": worker,
};

describe("assets of a wrangler configuration", () => {
  it("A navigation to an unknown address gets the app's page without asking the server, and a script's request the server", async () => {
    const files = { ...pages, "wrangler.json": config({ not_found_handling: "single-page-application" }) };
    expect(await answersOf(files, ["nav:/nowhere", "/nowhere", "POST:/nowhere", "POST:/about"])).toEqual({
      "nav:/nowhere": "200 Home",
      "/nowhere": "404 server /nowhere",
      "POST:/nowhere": "404 server /nowhere",
      "POST:/about": "405 ",
    });
  });

  it("Before Cloudflare's date of that change the server is asked first", async () => {
    const old = config({ not_found_handling: "single-page-application" }, { compatibility_date: "2025-03-31" });
    expect(await answersOf({ ...pages, "wrangler.json": old }, ["nav:/nowhere"])).toEqual({
      "nav:/nowhere": "404 server /nowhere",
    });
  });

  it("Each handling of HTML has the addresses of its kind", async () => {
    const asked = ["/about", "/about/", "/about.html", "/docs", "/docs/", "/docs/index.html"];
    const handled = async (html_handling: string) =>
      Object.values(await answersOf({ ...pages, "wrangler.json": config({ html_handling }) }, asked));
    const missing = (path: string) => `404 server ${path}`;
    expect(await handled("force-trailing-slash")).toEqual([
      ...["307 /about/", "200 About", "307 /about/", "307 /docs/", "200 Docs", "307 /docs/"],
    ]);
    expect(await handled("drop-trailing-slash")).toEqual([
      ...["200 About", "307 /about", "307 /about", "200 Docs", "307 /docs", "307 /docs"],
    ]);
    expect(await handled("none")).toEqual([
      ...[missing("/about"), missing("/about/"), "200 About", missing("/docs"), missing("/docs/"), "200 Docs"],
    ]);
  });

  it("An excluded pattern is for the files alone, and the patterns before them for the server", async () => {
    const assets = { run_worker_first: ["/docs/*", "!/docs/open/*"], not_found_handling: "404-page" };
    const files = {
      ...pages,
      "public/404.html": "<p>Nothing here</p>",
      "public/docs/open/a.txt": "open",
      "wrangler.json": config(assets),
    };
    expect(await answersOf(files, ["/docs/", "/docs/open/a.txt", "/docs/open/b.txt", "/other"])).toEqual({
      "/docs/": "404 server /docs/",
      "/docs/open/a.txt": "200 open",
      "/docs/open/b.txt": "404 Nothing here",
      "/other": "404 Nothing here",
    });
  });

  it("The page for unknown addresses needs no server", async () => {
    const files = {
      "index.html": "<p>Home</p>",
      "public/404.html": "<p>Nothing here</p>",
      "wrangler.json": JSON.stringify({ assets: { directory: "dist", not_found_handling: "404-page" } }),
    };
    expect(await answersOf(files, ["nav:/nowhere", "/nowhere", "nav:/"])).toEqual({
      "nav:/nowhere": "404 Nothing here",
      "/nowhere": "404 Nothing here",
      "nav:/": "200 Home",
    });
  });

  it("A server that asks for a file that is not there gets no page in its place", async () => {
    const files = {
      ...pages,
      "worker/index.ts": `export default { fetch: async (request, env) => {
        const { status } = await env.FILES_OF_APP.fetch(request);
        return new Response("status " + status);
      } };`,
      "wrangler.json": config({ binding: "FILES_OF_APP", run_worker_first: true }),
    };
    expect(await answersOf(files, ["nav:/nowhere", "nav:/about"])).toEqual({
      "nav:/nowhere": "200 status 404",
      "nav:/about": "200 status 200",
    });
  });
});

describe("routes of Cloudflare Pages", () => {
  const functions: Files = {
    "index.html": "<p>Home</p>",
    "public/data.txt": "data",
    "functions/_middleware.js": `export const onRequest = async ({ next }) => {
      const response = await next();
      return new Response("around(" + (await response.text()).slice(0, 4) + ")", response);
    };`,
    "functions/api/[name].js": 'export const onRequest = ({ params }) => new Response("api " + params.name);',
  };

  it("Functions respond to the addresses that _routes.json includes, and to no excluded one", async () => {
    const routes = { version: 1, include: ["/api/*"], exclude: ["/api/static/*"] };
    const files = {
      ...functions,
      "public/_routes.json": JSON.stringify(routes),
      "public/api/static/a.txt": "file",
    };
    const asked = ["/data.txt", "/api/x", "/api/static/a.txt", "nav:/api/static/none", "/_routes.json"];
    expect(await answersOf(files, asked)).toEqual({
      "/data.txt": "200 data",
      "/api/x": "200 around(api )",
      "/api/static/a.txt": "200 file",
      "nav:/api/static/none": "200 Home",
      "/_routes.json": "200 Home",
    });
  });

  it("Pages answers an unknown address with the nearest 404.html, else with the app's page", async () => {
    const { "functions/_middleware.js": _, ...rest } = functions;
    expect(await answersOf(rest, ["nav:/none", "/none"])).toEqual({ "nav:/none": "200 Home", "/none": "200 Home" });
    const files = { ...rest, "public/404.html": "<p>Nothing here</p>", "public/docs/404.html": "<p>No such page</p>" };
    expect(await answersOf(files, ["nav:/none", "/docs/a/b", "/api/x"])).toEqual({
      "nav:/none": "404 Nothing here",
      "/docs/a/b": "404 No such page",
      "/api/x": "200 api x",
    });
  });

  it("A Worker of Pages leaves the excluded addresses to the files", async () => {
    const files = {
      "index.html": "<p>Home</p>",
      "public/assets/a.txt": "file",
      "public/_worker.js": 'export default { fetch: () => new Response("worker") };',
      "public/_routes.json": JSON.stringify({ version: 1, include: ["/*"], exclude: ["/assets/*"] }),
    };
    expect(await answersOf(files, ["/", "/assets/a.txt", "/assets/b.txt"])).toEqual({
      "/": "200 worker",
      "/assets/a.txt": "200 file",
      "/assets/b.txt": "200 Home",
    });
  });
});
