import { describe, expect, it, vi } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";
import { type Preview, preview } from "./preview.ts";

// The first build of a file starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const HTML = "<!doctype html><html><head><title>A</title></head><body></body></html>";

function report(app: Preview, body: object | string, address = "2001:db8::1"): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": String(text.length),
    "CF-Connecting-IP": address,
    Origin: app.publicOrigin,
  };
  return app.asPublic("/__edgesmith/logs", { method: "POST", body: text, headers });
}

async function published(files: Record<string, string>): Promise<Preview> {
  const app = await preview(files);
  expect(await app.publish(1)).toMatchObject({ ok: true });
  return app;
}

const SCRIPT = /<head><script>\(\(\)=>\{if\(window\.__edgesmith\)/;

describe("errors of published pages", () => {
  it("A page that visitors see reports its errors before its own scripts run, and the preview's page does not twice", async () => {
    const app = await published({ "index.html": HTML });
    expect(await app.publicText("/")).toMatch(SCRIPT);
    expect(await app.text("/")).not.toContain("window.__edgesmith)");
  });

  it("A page of the app's server reports its errors too; other responses pass unchanged", async () => {
    const app = await published({
      "src/server.ts": `export default { fetch(request: Request): Response {
        const type = new URL(request.url).pathname === "/page" ? "text/html" : "text/plain";
        return new Response(${JSON.stringify(HTML)}, { headers: { "Content-Type": type } });
      } };`,
    });
    expect(await app.publicText("/page")).toMatch(SCRIPT);
    expect(await app.publicText("/text")).toBe(HTML);
  });

  it("A page that the app's server has compressed itself arrives unchanged", async () => {
    const app = await published({
      "src/server.ts": `export default { fetch(): Response {
        const body = new Response(${JSON.stringify(HTML)}).body?.pipeThrough(new CompressionStream("gzip")) ?? null;
        const headers = { "Content-Type": "text/html", "Content-Encoding": "gzip" };
        return new Response(body, { headers, encodeBody: "manual" });
      } };`,
    });
    expect(await app.publicText("/page")).toBe(HTML);
  });

  it("A page with a policy of its own, which may refuse inline scripts, stays as it is", async () => {
    const meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">';
    const html = HTML.replace("<title>", `${meta}<title>`);
    expect(await (await published({ "index.html": html })).publicText("/")).toBe(html);
    const rules = "/*\n  Content-Security-Policy: script-src 'self'\n";
    expect(await (await published({ "index.html": HTML, "public/_headers": rules })).publicText("/")).toBe(HTML);
  });

  it("The log of the published app has a page's report with its place in the project's files", async () => {
    const app = await published({
      "index.html": '<!doctype html><head></head><body><script type="module" src="/src/main.js"></script></body>',
      "src/main.js": "const first = 1;\nconsole.log(first);\nthrow new Error(document.title);\n",
    });
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.publicText("/"))?.[1] ?? "";
    const column = (await app.publicText(script)).indexOf("throw") + 1;
    const path = app.publicOrigin + script;
    expect((await report(app, { message: "Error: A", path, line: 1, column, level: "info" })).status).toBe(204);
    expect(await app.builder.publishedLogs(app.projectId, 10)).toEqual([
      expect.objectContaining({ source: "browser", level: "error", message: "Error: A", path: "src/main.js", line: 3 }),
    ]);
    expect((await report(app, "no report")).status).toBe(400);
  });

  it("Reports of visitors are limited by network and by app, and displace no line of the server", async () => {
    const app = await published({
      "src/server.ts": 'export default { fetch: (): Response => { throw new Error("of the server"); } };',
    });
    await app.asPublic("/");
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await report(app, { message: `${count}` })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 204), 429]);
    const others = Array.from({ length: 120 }, (_, network) =>
      report(app, { message: `flood ${network}` }, `2001:db8:${network.toString(16)}::1`),
    );
    await Promise.all(others);
    await vi.waitUntil(async () =>
      (await app.builder.publishedLogs(app.projectId, 500)).some(({ message }) => message.includes("of the server")),
    );
    const lines = await app.builder.publishedLogs(app.projectId, 500);
    expect(lines.filter(({ source }) => source === "browser").length).toBeLessThanOrEqual(100);
  });

  it("An app that is not public accepts no report", async () => {
    const app = await preview({ "index.html": HTML });
    expect((await report(app, { message: "early" })).status).toBe(404);
    expect(await app.builder.publishedLogs(app.projectId, 10)).toEqual([]);
  });
});

describe("a build's deadline", () => {
  const bundled = async (deadline: AbortSignal, plugins: NonNullable<Parameters<typeof bundle>[1]["plugins"]>) => {
    const project = mountProject(new Map([["entry.js", "import './other.js';"]]), {
      root: "",
      publicFolder: null,
      compilerOptions: {},
      packages: [],
      workspace: new Map(),
      filesOf: async () => new Map(),
      deadline,
    });
    project.files.put(project.at("other.js"), "console.log(1);");
    const entries = [project.at("entry.js")];
    const means = { side: "client" as const, mode: "development" as const, publicPath: "/", define: {} };
    return bundle(project, { ...means, entries, missing: new Map(), plugins });
  };

  it("A bundle ends at its deadline whatever it waits for, and the next one is built", async () => {
    const ending = new AbortController();
    const endless = {
      name: "endless",
      setup: (build: { onLoad: (filter: { filter: RegExp }, load: () => Promise<never>) => void }) =>
        build.onLoad({ filter: /other/ }, () => {
          ending.abort(new Error("too late"));
          return new Promise(() => {});
        }),
    };
    await expect(bundled(ending.signal, [endless])).rejects.toThrow("too late");
    const next = await bundled(new AbortController().signal, []);
    expect(next.built?.outputFiles.some(({ text }) => text.includes("console.log(1)"))).toBe(true);
    await expect(bundled(ending.signal, []), "a bundle that has not begun").rejects.toThrow("too late");
  });
});
