// The static site as Pages serves it: its headers, its fallback to the app, and no fallback for API paths.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStack, type TestStack } from "../stage/stack.ts";

let testStack: TestStack;
let page: string;

beforeAll(async () => {
  testStack = await openTestStack();
  page = await (await get("/")).text();
});

afterAll(() => testStack.close());

const get = (path: string, init?: RequestInit) => fetch(testStack.stack.appUrl + path, { redirect: "manual", ...init });

describe("the site", () => {
  it("The site serves the app with the headers of frontend/public/_headers", async () => {
    const answer = await get("/");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("referrer-policy")).toBe("strict-origin-when-cross-origin");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(page).toContain('<div id="root">');
  });

  it("The site serves the app at every URL of its own, so that deep links work", async () => {
    for (const path of [
      "/projects/prj_1",
      "/settings/tokens",
      "/v1x",
      "/_worker.js",
      "/_routes.json",
      "/.assetsignore",
    ]) {
      const answer = await get(path);
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, page]);
    }
  });

  it("The site serves its files under content-hashed names, cached for ever", async () => {
    const [name] = /\/assets\/[\w.-]+\.js/.exec(page) ?? [];
    const answer = await get(name ?? "");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^(text|application)\/javascript/);
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const revalidated = await get(name ?? "", { headers: { "If-None-Match": answer.headers.get("etag") ?? "" } });
    expect(revalidated.status).toBe(304);
  });

  it("The scripts of the first page take at most 100 KB compressed", async () => {
    const names = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/[\w./-]+\.js)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(names).toContainEqual(expect.stringMatching(/^\/assets\/shell-/));
    const scripts = names.map(async (name) => gzipSync(await (await get(name)).bytes()).length);
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeLessThanOrEqual(100 * 1024);
  });

  it("The site redirects /index.html to /", async () => {
    const answer = await get("/index.html");
    expect([301, 307, 308]).toContain(answer.status);
    expect(new URL(answer.headers.get("location") ?? "", testStack.stack.appUrl).pathname).toBe("/");
  });
});

describe("what is under /v1", () => {
  it("The API answers every path under /v1 with its own headers, also unknown paths", async () => {
    const health = await get("/v1/health");
    expect(health.status).toBe(200);
    expect(health.headers.get("content-security-policy")).toContain("default-src 'none'");
    const nothing = await get("/v1/nothing");
    expect(nothing.status).toBe(404);
    expect(nothing.headers.get("content-type")).toContain("application/problem+json");
    expect((await get("/v1")).headers.get("content-type")).toContain("application/problem+json");
  });
});
