import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { PreviewApp } from "../../../preview/app/preview-app.ts";
import { STORAGE_LIMIT } from "../../../preview/app/storage-limit.ts";
import { KV_NAMESPACE } from "../../../preview/app/stores/kv-namespace.ts";
import { STORE_CALL } from "../../../preview/app/stores/store-call.ts";
import { appObject, environment, type Preview, preview } from "../preview.ts";

const wrangler = (...bindings: string[]) =>
  JSON.stringify({ main: "worker.ts", kv_namespaces: bindings.map((binding) => ({ binding, id: "<the id>" })) });

/** A server that returns the JSON of this function's body for each request. */
const server = (body: string) => `import { env as imported } from "cloudflare:workers";
const caught = async (work: () => unknown) => { try { return await work(); } catch (error) { return (error as Error).message; } };
export default { async fetch(request: Request, env: any) { const { pathname } = new URL(request.url); const answer = await (async () => { ${body} })(); return Response.json(answer ?? null); } };`;

const appThat = (body: string): Promise<Preview> =>
  preview({ "wrangler.jsonc": wrangler("KV", "OTHER"), "worker.ts": server(body) });

async function answerOf(app: Preview, path = "/x"): Promise<unknown> {
  const response = await app.get(path);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

const COUNT = `const n = Number(await env.KV.get("visits")) + 1; await env.KV.put("visits", String(n)); return n;`;

/** Calls a project's namespace as it is an hour later, and returns the JSON of its answer. */
function anHourLater(projectId: string, method: string, args: unknown[]): Promise<unknown> {
  const { LOADER } = environment;
  return runInDurableObject(appObject(projectId), async (_: PreviewApp, state) => {
    const facet = "store:kv:KV";
    state.facets.abort(facet, new Error("later"));
    const code = LOADER.get(`${projectId}:later`, () => ({
      compatibilityDate: "2026-11-01",
      mainModule: "main.js",
      modules: {
        "main.js": { js: 'import "./clock.js";\nexport { KvNamespace } from "./kv.js";' },
        "clock.js": { js: "const { now } = Date;\nDate.now = () => now() + 3_600_000;" },
        "kv.js": { js: KV_NAMESPACE },
        "storage-limit.js": { js: STORAGE_LIMIT },
        "store-call.js": { js: STORE_CALL },
      },
      env: { MAX_BYTES: 1e6 },
    }));
    const namespace = state.facets.get(facet, () => ({ class: code.getDurableObjectClass("KvNamespace") }));
    const body = `${JSON.stringify(args)}\n`;
    const answer = await (await namespace.fetch(`http://store/${method}`, { method: "POST", body })).text();
    state.facets.abort(facet, new Error("now"));
    return JSON.parse(answer.slice(0, answer.indexOf("\n")));
  });
}

describe("the data of a KV namespace", () => {
  it("a KV namespace keeps its data when the code changes, in the preview and in public apart, until it is emptied", async () => {
    const app = await appThat(COUNT);
    expect((await app.prepare()).diagnostics).toEqual([]);
    expect([await answerOf(app), await answerOf(app)]).toEqual([1, 2]);
    await app.write({ "wrangler.jsonc": wrangler("KV"), "worker.ts": server(`/* changed */ ${COUNT}`) });
    expect(await answerOf(app)).toBe(3);
    await app.publish(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(1);
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app)).toBe(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(2);
  });

  it("a KV namespace is the same in a handler's env and in an imported one, and apart from others of the same id", async () => {
    const app = await appThat(
      `await imported.KV.put("a", "1"); return [env.KV === imported.KV, await env.KV.get("a"), await env.OTHER.get("a")];`,
    );
    expect(await answerOf(app)).toEqual([true, "1", null]);
  });

  it("a KV namespace returns each value whole, whatever its length and whatever it replaces", async () => {
    const app = await appThat(`
      const seen = [];
      for (const length of [1_500_000, 1_499_999, 3_000_001, 0, 10, 1_500_001]) {
        const value = new Uint8Array(length).map((_, index) => index % 251);
        await env.KV.put("value", value);
        const read = new Uint8Array(await env.KV.get("value", "arrayBuffer"));
        seen.push(read.length === length && read.every((byte, index) => byte === index % 251));
      }
      return seen;`);
    expect(await answerOf(app)).toEqual([true, true, true, true, true, true]);
  });

  it("a KV namespace neither returns nor lists a value that has expired, and frees its place at the next write", async () => {
    const app = await appThat(
      `if (pathname === "/short") return env.KV.get("short"); await env.KV.put("short", "x", { expirationTtl: 60 }); await env.KV.put("long", "y", { expirationTtl: 7_200 }); await env.KV.put("kept", "z"); return "stored";`,
    );
    expect(await answerOf(app)).toBe("stored");
    const names = (page: unknown) => (page as { keys: { name: string }[] }).keys.map(({ name }) => name);
    const list = { prefix: "", limit: 1_000, cursor: null };
    expect(names(await anHourLater(app.projectId, "list", [list]))).toEqual(["kept", "long"]);
    expect(await anHourLater(app.projectId, "get", ["short", null])).toBeNull();
    expect(await anHourLater(app.projectId, "getMany", [["short", "kept"], null])).toMatchObject([
      ["short", null],
      ["kept", { metadata: null }],
    ]);
    expect(await answerOf(app, "/short")).toBe("x");
    await anHourLater(app.projectId, "put", ["another", {}]);
    expect(await answerOf(app, "/short")).toBeNull();
  });
});

describe("a KV namespace and hostile code", () => {
  it("a KV namespace cannot be reached by another project, whatever keys, cursors and addresses its code sends", async () => {
    const owner = await appThat(`await env.KV.put("secret", "canary"); return "stored";`);
    expect(await answerOf(owner)).toBe("stored");
    const thief = await appThat(`
      const answers = [];
      for (const key of ["secret", "${owner.projectId}/secret", "../secret", "kv:KV:secret", "' OR 1 = 1 --", "%"]) answers.push(await caught(() => env.KV.get(key)), await caught(() => env.KV.getWithMetadata([key])));
      for (const options of [{ prefix: "" }, { cursor: btoa("") }, { cursor: "%%%" }, { cursor: btoa("\\xff\\xfe") }, { prefix: "' OR 1 = 1 --" }]) answers.push(await caught(() => env.KV.list(options)));
      return answers.map((each) => each instanceof Map ? [...each] : each);`);
    const answers = JSON.stringify(await answerOf(thief));
    expect(answers).not.toContain("canary");
    expect(answers).toContain("KV GET failed: 400 Invalid cursor");
  });

  it("a KV namespace is full at 100 MB: writes fail with 507 where nothing catches it, reads and deletes go on", async () => {
    const app = await appThat(`
      const [, operation, key] = pathname.split("/");
      if (operation === "put") return env.KV.put(key, new Uint8Array(25 * 1024 * 1024 - 1));
      if (operation === "delete") return env.KV.delete(key);
      return (await env.KV.list()).keys.length;`);
    for (const key of ["a", "b", "c", "d"]) expect(await answerOf(app, `/put/${key}`)).toBeNull();
    const refused = await app.get("/put/e");
    expect([refused.status, await refused.text()]).toEqual([507, expect.stringContaining("it may hold 100 MB")]);
    expect(await answerOf(app, "/count")).toBe(4);
    expect(await answerOf(app, "/delete/a")).toBeNull();
    expect(await answerOf(app, "/put/e")).toBeNull();
  });

  it("a KV namespace refuses an endless stream at its limit, and keeps the value before it", async () => {
    const app = await appThat(`
      await env.KV.put("stream", "before");
      const endless = new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array(1_000_000)); } });
      return [await caught(() => env.KV.put("stream", endless)), await env.KV.get("stream")];`);
    expect(await answerOf(app)).toEqual([
      expect.stringMatching(/^KV PUT failed: 413 Value length of 27000000 exceeds limit of 26214400/),
      "before",
    ]);
  });
});
