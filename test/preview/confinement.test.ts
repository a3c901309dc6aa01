import { describe, expect, it } from "vitest";
import { preview } from "./preview.ts";

const server = (body: string) => ({
  "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject { async fetch(request: Request): Promise<Response> { ${body} } }`,
});

describe("generated code", () => {
  it("generated code has no network without a grant", async () => {
    const app = await preview(
      server(
        'try { return await fetch("https://example.com"); } catch (error) { return new Response("refused: " + error); }',
      ),
    );
    expect(await app.text("/")).toContain("refused:");
  });

  it("generated code finds only the platform's services in its environment", async () => {
    const app = await preview(
      server("return Response.json({ env: this.env, process: process.env, id: this.ctx.id.name });"),
    );
    expect(JSON.parse(await app.text("/"))).toEqual({
      env: { FILES: {}, AI: {}, MAIL: {} },
      process: {},
      id: app.projectId,
    });
  });

  it("generated code sees neither the preview's cookie nor the Workers' internal headers", async () => {
    const app = await preview(server("return Response.json(Object.fromEntries(request.headers));"));
    const headers = { Cookie: "own=1", "X-Edgesmith-Revision": "9", "CF-Connecting-IP": "1.2.3.4", "X-Custom": "yes" };
    const seen = JSON.parse(await (await app.get("/", { headers })).text());
    expect(seen).toMatchObject({ cookie: "own=1", "x-custom": "yes" });
    expect(JSON.stringify(seen)).not.toMatch(/edgesmith|1\.2\.3\.4/i);
  });

  it("generated code cannot set the preview's cookie, cookies of other hosts, or headers beyond its page", async () => {
    const app = await preview(
      server(`const headers = new Headers({ "Clear-Site-Data": '"*"', "Service-Worker-Allowed": "/", "Access-Control-Allow-Origin": "*", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=1" });
        headers.append("Set-Cookie", "__Host-edgesmith-preview=stolen; Path=/; Secure"); headers.append("Set-Cookie", "a=1; Domain=localhost"); headers.append("Set-Cookie", "own=1; Path=/");
        return new Response("ok", { headers });`),
    );
    const { headers } = await app.get("/");
    expect(headers.getSetCookie()).toEqual(["own=1; Path=/; Secure; SameSite=None; Partitioned"]);
    for (const name of [
      "Clear-Site-Data",
      "Service-Worker-Allowed",
      "Access-Control-Allow-Origin",
      "X-Frame-Options",
      "Strict-Transport-Security",
    ]) {
      expect(headers.get(name), name).toBeNull();
    }
    expect(headers.get("Content-Security-Policy")).toBe("frame-ancestors 'self' http://localhost:8787");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("generated code cannot register a service worker", async () => {
    const app = await preview({ "index.html": "<p>x</p>", "sw.js": "self" });
    expect((await app.get("/sw.js", { headers: { "Service-Worker": "script" } })).status).toBe(403);
    expect((await app.get("/sw.js")).status).toBe(200);
  });

  it("generated code shares no state with another project's", async () => {
    const counter =
      server(`this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS t (a)"); if (request.method === "POST") this.ctx.storage.sql.exec("INSERT INTO t VALUES (1)");
      return Response.json(this.ctx.storage.sql.exec("SELECT count(*) AS n FROM t").one());`);
    const [one, other] = [await preview(counter), await preview(counter)];
    await (await one.get("/", { method: "POST" })).text();
    expect(await one.text("/")).toBe('{"n":1}');
    expect(await other.text("/")).toBe('{"n":0}');
    await one.builder.clearData(one.projectId);
    expect(await one.text("/")).toBe('{"n":0}');
  });
});
