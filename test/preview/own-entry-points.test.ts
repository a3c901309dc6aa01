import { describe, expect, it } from "vitest";
import { entryPointsOf } from "../../preview/project/entry-points.ts";
import { preview } from "./preview.ts";

const WRANGLER = `{
  "name": "shop",
  "main": "src/index.ts",
  "services": [
    { "binding": "SUMS", "service": "shop", "entrypoint": "Sums" },
    { "binding": "PLAIN", "service": "shop", "entrypoint": "plain" },
    { "binding": "SELF", "service": "shop" },
    { "binding": "OTHER", "service": "stock", "entrypoint": "Sums" }
  ]
}`;

const SERVER = `import { exports, WorkerEntrypoint } from "cloudflare:workers";
import { env as imported } from "cloudflare:workers";
export class Sums extends WorkerEntrypoint {
  async product(a: number, b: number) { return a * b + ("SUMS" in this.env ? 0 : 100); }
}
export class Names extends WorkerEntrypoint {
  upper(name: string) { return name.toUpperCase(); }
}
export class Late extends WorkerEntrypoint {
  async answer() { return 42; }
}
export const plain = { fetch: (request: Request) => new Response("plain " + new URL(request.url).pathname) };
/** workerd would refuse a main module that exports this. */
export const version = "1";
export default {
  async fetch(request: Request, env: any, ctx: any) {
    const { pathname } = new URL(request.url);
    if (pathname === "/self") return env.SELF.fetch(new Request(new URL("/inner", request.url)));
    if (pathname === "/inner") return new Response("inner");
    if (pathname === "/plain") return env.PLAIN.fetch(request);
    return Response.json([await env.SUMS.product(4, 5), await imported.SUMS.product(2, 3), await ctx.exports.Names.upper("ada"), await exports.Late.answer(), "OTHER" in env]);
  },
};`;

describe("entry points of a server", () => {
  it("a server calls its own entry points by bindings to itself and by ctx.exports", async () => {
    const app = await preview({ "wrangler.jsonc": WRANGLER, "src/index.ts": SERVER });
    const { diagnostics } = await app.prepare();
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "The binding OTHER, a service, does not exist here: env.OTHER is undefined.",
    ]);
    expect(await app.text("/")).toBe('[20,6,"ADA",42,false]');
    expect(await app.text("/plain")).toBe("plain /plain");
    expect(await app.text("/self")).toBe("inner");
  });

  it("a binding to an entry point that the server does not export is an error at its name", async () => {
    const app = await preview({
      "wrangler.jsonc": `{ "name": "shop", "main": "a.ts", "services": [{ "binding": "SUMS", "service": "shop", "entrypoint": "Sums" }] }`,
      "a.ts": "export default { fetch: () => new Response() };",
    });
    const { diagnostics } = await app.prepare();
    expect(diagnostics).toEqual([
      {
        path: "wrangler.jsonc",
        line: 1,
        column: expect.any(Number),
        severity: "error",
        message: 'The server does not export "Sums", which wrangler.jsonc binds to SUMS.',
      },
    ]);
  });

  it("a server does not export what it only reads of other objects as entry points", () => {
    const script = 'import{exports as e}from"cloudflare:workers";e.Late.a();ctx.exports?.Names;other.Sums;';
    const exported = ["default", "Late", "Names", "Sums", "with-dash"];
    expect(entryPointsOf(script, exported, [])).toEqual(["Late", "Names"]);
    expect(entryPointsOf("", exported, [{ binding: "A", entryPoint: "Sums" }])).toEqual(["Sums"]);
  });
});
