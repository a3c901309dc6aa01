import { describe, expect, it } from "vitest";
import { RunningApp } from "../../preview/app/running-app.ts";
import { VisitorLimit, visitorRequestsPerMinute } from "../../preview/public/visitor-limit.ts";
import { preview } from "./preview.ts";

const PAGE = { "index.html": "<!doctype html><h1>Public</h1>" };

describe("a public app", () => {
  it("a public app returns 429 with Retry-After to a network above its limit, and affects no other network or app", async () => {
    const app = await preview(PAGE);
    await app.publish(1);
    const ask = async (address: string, Accept = "*/*") => {
      const answer = await app.asPublic("/", { headers: { "CF-Connecting-IP": address, Accept } });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const answers = await Promise.all(
      Array.from({ length: visitorRequestsPerMinute }, (_, visitor) => ask(`2001:db8::${visitor.toString(16)}`)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const refused = await ask("2001:db8::ffff");
    expect(refused).toMatchObject({ status: 429, text: expect.stringContaining("rate_limited") });
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(refused.headers.get("RateLimit-Policy")).toBe(`"visits";q=${visitorRequestsPerMinute};w=60`);
    expect((await ask("2001:db8::1", "text/html")).text).toContain("<h1>Too many requests</h1>");
    expect((await ask("2001:db8:0:1::1")).status).toBe(200);
    const other = await preview(PAGE);
    await other.publish(1);
    expect((await other.asPublic("/", { headers: { "CF-Connecting-IP": "2001:db8::1" } })).status).toBe(200);
    expect((await app.get("/", { headers: { "CF-Connecting-IP": "2001:db8::1" } })).status).toBe(200);
  });

  it("a public app never sees the header that counts visitors, and a visitor's own header is ignored", async () => {
    const server = "export default { fetch: (request: Request) => Response.json([...request.headers.keys()]) };";
    const app = await preview({ "src/server.ts": server });
    await app.publish(1);
    const answer = await app.asPublic("/", { headers: { "X-Edgesmith-Network": "1" } });
    expect(await answer.text()).not.toContain("edgesmith");
  });

  it("a public app has less CPU time per request than the owner's preview", async () => {
    const limitOf = async (cpuMs?: number): Promise<number | undefined> => {
      let given: number | undefined;
      const loader = {
        get: (_: string, code: () => { limits: { cpuMs: number } }) => {
          given = code().limits.cpuMs;
          return { getEntrypoint: () => ({ fetch: async () => new Response() }) };
        },
      };
      const network = { variables: async () => ({ id: "", values: {} }), outbound: () => null, services: () => null };
      const options = { name: "test", tailsFor: () => [], ...network, ...(cpuMs !== undefined && { cpuMs }) };
      const running: RunningApp = Reflect.construct(RunningApp, [{}, loader, options]);
      await running.fetch({ id: "1", hasApp: false, script: "", sourceMap: "" }, new Request("http://app.invalid/"));
      return given;
    };
    expect([await limitOf(), await limitOf(2_000)]).toEqual([10_000, 2_000]);
  });
});

describe("a limit of visits", () => {
  const fill = (limit: VisitorLimit, count: number, now: number) =>
    Array.from({ length: count }, () => limit.take("192.0.2.1", now).ok).filter(Boolean).length;

  it("a network may send 600 requests a minute to a public app", () => {
    expect(fill(new VisitorLimit(), 700, 0)).toBe(600);
  });

  it("a network's allowance returns gradually, not all at once", () => {
    const limit = new VisitorLimit();
    expect(fill(limit, visitorRequestsPerMinute + 5, 0)).toBe(visitorRequestsPerMinute);
    expect(fill(limit, 5, 59_000)).toBe(0);
    expect(fill(limit, visitorRequestsPerMinute, 90_000)).toBe(visitorRequestsPerMinute / 2);
    expect(fill(limit, visitorRequestsPerMinute, 300_000)).toBe(visitorRequestsPerMinute);
  });
});

const STORE = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS item (body BLOB)");
  }
  async fetch(request: Request) {
    const { sql } = this.ctx.storage;
    const { pathname } = new URL(request.url);
    if (pathname === "/fill") for (let row = 0; row < 60; row += 1) sql.exec("INSERT INTO item VALUES (zeroblob(1900000))");
    if (pathname === "/insert") sql.exec("insert into item values (?)", 1);
    if (pathname === "/update") sql.exec("WITH one AS (SELECT 1) UPDATE item SET body = 2");
    if (pathname === "/put") await this.ctx.storage.put("key", 1);
    if (pathname === "/kv") this.ctx.storage.kv.put("key", 1);
    if (pathname === "/read") return new Response("rows " + sql.exec("SELECT count(*) AS n, 'update' AS word FROM item").one().n);
    if (pathname === "/free") sql.exec("DELETE FROM item");
    return new Response("done");
  }
}`;

describe("an app's database that is full", () => {
  it("a full database refuses every write with 507 and an instruction, in public too, and still reads and deletes", async () => {
    const app = await preview({ "src/server.ts": STORE });
    await app.publish(1);
    for (const ask of [(path: string) => app.get(path), (path: string) => app.asPublic(path)]) {
      await ask("/fill");
      for (const path of ["/insert", "/update", "/put", "/kv"]) {
        const answer = await ask(path);
        expect(answer.status, path).toBe(507);
        expect(await answer.json()).toEqual({
          error: "storage_full",
          detail: "The app's database is full: it may hold 100 MB. Delete something first.",
        });
      }
      expect(await (await ask("/read")).text()).toMatch(/^rows \d+$/);
      expect(await (await ask("/free")).text()).toBe("done");
      expect(await (await ask("/insert")).text()).toBe("done");
    }
  });
});
