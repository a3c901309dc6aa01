// Functions of Cloudflare Pages beside static files, on the origin of a published app.
import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build of a runtime starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

it("A middleware is around the static files of its folder, and a function hides a file of its path", async () => {
  const app = await preview({
    "index.html": "<p>Home</p>",
    "public/private/plan.txt": "the plan",
    "public/open.txt": "open",
    "public/api/hello": "hidden",
    "functions/private/_middleware.ts": `export const onRequest = ({ request, next }) =>
      request.headers.get("X-Key") === "open" ? next() : new Response("Sign in", { status: 401 });`,
    "functions/api/hello.ts": 'export const onRequest = () => new Response("from the function");',
  });
  await app.publish(1);
  expect((await app.asPublic("/private/plan.txt")).status).toBe(401);
  const allowed = await app.asPublic("/private/plan.txt", { headers: { "X-Key": "open" } });
  expect(await allowed.text()).toBe("the plan");
  expect(await app.publicText("/api/hello")).toBe("from the function");
  expect(await app.publicText("/open.txt")).toBe("open");
});

it("A middleware of the whole app changes its pages, which keep their rules", async () => {
  const app = await preview({
    "index.html": "<p>Home</p>",
    "functions/_middleware.js": `export const onRequest = async ({ next }) => {
      const response = await next();
      return new HTMLRewriter().on("p", { element: (p) => p.setInnerContent("Rewritten") }).transform(response);
    };`,
    "functions/api.js": 'export const onRequest = () => new Response("api");',
    "public/_headers": "/*\n  X-Rule: kept\n",
    "public/_redirects": "/old /new 301\n",
    "public/docs/index.html": "<p>Docs</p>",
  });
  await app.publish(1);
  expect((await app.asPublic("/old", { redirect: "manual" })).headers.get("Location")).toBe("/new");
  expect((await app.asPublic("/docs", { redirect: "manual" })).headers.get("Location")).toBe("/docs/");
  const page = await app.asPublic("/", { headers: { Accept: "text/html", "Sec-Fetch-Mode": "navigate" } });
  expect(await page.text()).toContain("Rewritten");
  expect(page.headers.get("X-Rule")).toBe("kept");
});
