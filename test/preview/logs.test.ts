import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

it("a preview's log keeps the console output and exceptions of the app's server", async () => {
  const app = await preview({
    "src/server.ts": `export default { fetch(request: Request) { console.log("asked for", { path: new URL(request.url).pathname }); if (request.url.endsWith("/boom")) throw new TypeError("boom"); return new Response("ok"); } };`,
  });
  await app.text("/a");
  const failed = await app.get("/boom");
  expect(failed.status).toBe(500);
  expect(await failed.json()).toMatchObject({ error: "server_error", detail: "TypeError: boom" });
  expect(await (await app.page("/boom")).text()).toContain("TypeError: boom");
  const lines = await vi.waitUntil(async () => {
    const found = await app.builder.logs(app.projectId, 100);
    return found.some(({ message }) => message.includes("boom")) ? found : null;
  });
  expect(lines[0]).toMatchObject({ source: "server", level: "info", message: 'asked for {"path":"/a"}' });
  const errors = lines.filter(({ level }) => level === "error");
  expect(errors.length, "once for each of the two requests at most").toBeLessThanOrEqual(2);
  const [error] = errors;
  expect(error).toMatchObject({ source: "server", message: "TypeError: boom", path: "src/server.ts", line: 1 });
});

it("a preview's log names files by their paths in the project, also those of an app in a folder and beside it", async () => {
  const app = await preview({
    "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
    "apps/web/package.json": '{ "dependencies": { "@our/fail": "workspace:*" } }',
    "apps/web/index.html": "<p>web</p>",
    "apps/web/src/server.ts": `import { fail } from "@our/fail";
export default { fetch: (request: Request) => request.url.endsWith("/beside") ? fail() : Promise.reject(new TypeError("own")) };`,
    "packages/fail/package.json": '{ "name": "@our/fail", "main": "index.ts" }',
    "packages/fail/index.ts": '\nexport const fail = () => { throw new TypeError("beside"); };',
  });
  for (const [path, message, place] of [
    ["/own", "own", { path: "apps/web/src/server.ts", line: 2 }],
    ["/beside", "beside", { path: "packages/fail/index.ts", line: 2 }],
  ] as const) {
    expect((await app.get(path)).status).toBe(500);
    const line = await vi.waitUntil(async () =>
      (await app.builder.logs(app.projectId, 100)).find((one) => one.message === `TypeError: ${message}`),
    );
    expect(line).toMatchObject(place);
  }
});

it("a preview's log keeps the error of a server that cannot start", async () => {
  const app = await preview({
    "src/server.ts": 'throw new Error("at start");\nexport default { fetch: () => new Response("x") };',
  });
  expect(await (await app.page("/")).text()).toContain("at start");
  const lines = await vi.waitUntil(async () => {
    const found = await app.builder.logs(app.projectId, 100);
    return found.length > 0 ? found : null;
  });
  expect(lines[0]).toMatchObject({ source: "server", level: "error" });
});

it("a preview's log accepts reports of pages, and trusts none of their fields", async () => {
  const app = await preview({ "index.html": "<p>x</p>" });
  const report = (body: string) =>
    app.get("/__edgesmith/logs", {
      method: "POST",
      body,
      headers: { "Content-Length": String(body.length), Origin: app.origin },
    });
  expect((await report('{"message":"x is not defined","line":3,"source":"server","level":"fatal"}')).status).toBe(204);
  expect((await report('{"message":"drawn","level":"debug"}')).status).toBe(204);
  expect((await report("nonsense")).status).toBe(400);
  expect((await report(`{"message":"${"x".repeat(20_000)}"}`)).status).toBe(400);
  const lines = await app.builder.logs(app.projectId, 10);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ source: "browser", level: "error", message: "x is not defined", line: 3 });
  expect(lines[1]).toMatchObject({ source: "browser", level: "debug", message: "drawn" });
});

it("a tool's request returns the response as text, truncated at 64 KiB", async () => {
  const app = await preview({
    "src/server.ts":
      'export default { fetch: async (r: Request) => new Response(r.method + (await r.text()) + "x".repeat(70000)) };',
  });
  const answer = await app.builder.request(app.capability, app.projectId, 1, {
    method: "POST",
    path: "/a",
    body: "hello",
  });
  expect(answer).toMatchObject({ status: 200, truncated: true });
  expect(answer.body).toHaveLength(65_536);
  expect(answer.body.startsWith("POSThello")).toBe(true);
});

it("a deleted project stays deleted, though its files could still be read", async () => {
  const app = await preview({
    "index.html": "<p>x</p>",
    "src/server.ts": 'export default { fetch: () => new Response("x") };',
  });
  await app.prepare();
  await app.builder.forget(app.projectId);
  expect(await app.builder.logs(app.projectId, 10)).toEqual([]);
  expect((await app.page("/")).status).toBe(403);
  expect(await app.reads()).toBe(1);
});
