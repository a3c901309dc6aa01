// The rules of Cloudflare Pages, on the origins of previews and published apps.
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { type Files, preview } from "./preview.ts";

// The first build of a runtime starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const ISOLATION = "/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n";

async function published(files: Files) {
  const app = await preview(files);
  await app.publish(1);
  return app;
}

describe("_headers and _redirects", () => {
  it("A published app's files have the headers of its rules, and the gateway's own stay", async () => {
    const app = await published({
      "index.html": "<p>Here</p>",
      "public/_headers": `${ISOLATION}  X-Content-Type-Options: none\n  Set-Cookie: a=b\n/a.txt\n  Content-Disposition: attachment\n`,
      "public/a.txt": "text",
    });
    const page = await app.asPublic("/", { headers: { Accept: "text/html" } });
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("content-disposition")).toBeNull();
    expect((await app.asPublic("/a.txt")).headers.get("content-disposition")).toBe("attachment");
  });

  it("A file that a rule calls compressed is sent as it is, so that a browser decodes it once", async () => {
    const app = await published({
      "index.html": "<p>Here</p>",
      "public/_headers": "/data.json.gz\n  Content-Encoding: gzip\n  Content-Type: application/json\n",
      "public/data.json.gz": gzipSync('{"a":1}'),
    });
    expect(await app.publicText("/data.json.gz")).toBe('{"a":1}');
  });

  it("A redirect answers before the files, a rule of status 200 after them, and neither file is served", async () => {
    const app = await published({
      "index.html": "<p>Here</p>",
      "public/_redirects": "/old/* /new/:splat 301\n/* /other.txt 200\n",
      "public/old/a.txt": "hidden",
      "public/other.txt": "other",
      "public/own.txt": "own",
    });
    const moved = await app.asPublic("/old/a.txt?b=1");
    expect([moved.status, moved.headers.get("location")]).toEqual([301, "/new/a.txt?b=1"]);
    expect(await app.publicText("/own.txt")).toBe("own");
    expect(await app.publicText("/anything")).toBe("other");
    expect(await app.publicText("/_redirects")).toBe("other");
  });

  it("The rules' files of an app without a rule for them are not found", async () => {
    const app = await published({ "index.html": "<p>Here</p>", "public/_headers": ISOLATION });
    expect((await app.asPublic("/_headers")).status).toBe(404);
  });

  it("Headers of vite.config without which a page shares no memory are those of the app, unless it has its own", async () => {
    const config =
      'export default { server: { headers: { "Cross-Origin-Embedder-Policy": "require-corp", "X-Other": "no" } } };';
    const app = await published({ "index.html": "<p>Here</p>", "vite.config.js": config });
    const { headers } = await app.asPublic("/", { headers: { Accept: "text/html" } });
    expect([headers.get("cross-origin-embedder-policy"), headers.get("x-other")]).toEqual(["require-corp", null]);
  });
});
