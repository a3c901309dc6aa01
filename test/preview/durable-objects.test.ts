import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MAX_OBJECTS } from "../../preview/app/app-facets.ts";
import type { PreviewApp } from "../../preview/app/preview-app.ts";
import { appObject, type Preview, preview } from "./preview.ts";

const wrangler = (bindings: Record<string, string>, more: Record<string, unknown> = {}) => ({
  "wrangler.jsonc": JSON.stringify({
    name: "own",
    main: "worker.ts",
    durable_objects: { bindings: Object.entries(bindings).map(([name, class_name]) => ({ name, class_name })) },
    migrations: [{ tag: "v1", new_sqlite_classes: Object.values(bindings) }],
    ...more,
  }),
});

const ROOM = `import { DurableObject, env as imported, RpcTarget } from "cloudflare:workers";
class Counter extends RpcTarget { #n = 0; up() { return ++this.#n; } }
export class Room extends DurableObject<any> {
  topic = "none";
  add(line: string): number {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS line (text TEXT)");
    sql.exec("INSERT INTO line VALUES (?)", line);
    return sql.exec("SELECT count(*) AS n FROM line").one().n as number;
  }
  whoAmI() { return [String(this.ctx.id), this.ctx.id.name ?? null]; }
  counter() { return new Counter(); }
  apply(change: (n: number) => number) { return change(5); }
  fail() { throw new RangeError("too far"); }
  neighbour(name: string) { return this.env.ROOMS.getByName(name).whoAmI(); }
  async fetch(request: Request) {
    if (request.headers.get("Upgrade") !== "websocket")
      return new Response("room " + this.ctx.id.name + " " + [...request.headers.keys()].filter((name) => name.startsWith("x-")) + " " + (await request.text()));
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server as WebSocket, ["all"]);
    return new Response(null, { status: 101, webSocket: client as WebSocket });
  }
  webSocketMessage(socket: WebSocket, message: string) {
    for (const each of this.ctx.getWebSockets("all")) each.send(this.ctx.id.name + ": " + message);
  }
}`;

/** An app whose default export returns the JSON of this function's body for each request. */
function appThat(body: string, bindings: Record<string, string> = { ROOMS: "Room" }, classes = ROOM): Promise<Preview> {
  return preview({
    ...wrangler(bindings),
    "worker.ts": `${classes}
export default { async fetch(request: Request, env: any) { ${body} } };`,
  });
}

async function answerOf(app: Preview, path = "/x"): Promise<unknown> {
  const response = await app.get(path);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

describe("a Durable Object class that a wrangler configuration binds", () => {
  it("a bound Durable Object class has an object for each name, with its own database, reachable by every kind of id", async () => {
    const app = await appThat(`
      const { ROOMS } = env;
      const id = ROOMS.idFromName("a");
      const unique = ROOMS.newUniqueId();
      return Response.json({
        counts: [await ROOMS.getByName("a").add("1"), await ROOMS.get(id).add("2"), await ROOMS.get(ROOMS.idFromString(String(id))).add("3"), await ROOMS.getByName("b").add("1"), await ROOMS.get(unique).add("1")],
        who: [await ROOMS.get(id).whoAmI(), await ROOMS.get(unique).whoAmI()],
        ids: [String(id), String(unique)],
        same: [id.equals(ROOMS.idFromName("a")), id.equals(ROOMS.idFromName("b")), id.name, ROOMS.get(id).name, ROOMS.get(id).id === id],
      });`);
    expect((await app.prepare()).diagnostics).toEqual([]);
    const answer = await answerOf(app);
    const [id, unique] = (answer as { ids: string[] }).ids;
    expect(answer).toEqual({
      counts: [1, 2, 3, 1, 1],
      who: [
        [id, "a"],
        [unique, null],
      ],
      ids: [expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)],
      same: [true, false, "a", "a", true],
    });
  });

  it("a bound Durable Object works as over RPC: with functions, objects as results, properties, and errors with names", async () => {
    const app = await appThat(`
      const room = env.ROOMS.getByName("ä/☃");
      const thrown = async (work: () => unknown) => { try { await work(); return "nothing"; } catch (error) { return error.name + ": " + error.message; } };
      const counter = await room.counter();
      return Response.json([
        await room.apply((n) => n * 2), await counter.up(), await counter.up(), await room.counter().up(),
        await room.neighbour("next").then(([, name]) => name),
        await thrown(() => room.fail()), await thrown(() => room.nothing()), await thrown(() => room.hasOwnProperty("x")),
        await (await room.fetch("http://room/", { method: "POST", body: "text", headers: { "x-own": "1" } })).text(),
      ]);`);
    expect(await answerOf(app)).toEqual([
      10,
      1,
      2,
      1,
      "next",
      "RangeError: too far",
      expect.stringContaining('does not implement the method "nothing"'),
      expect.stringContaining('does not implement the method "hasOwnProperty"'),
      "room ä/☃ x-own text",
    ]);
  });

  it("a bound Durable Object may have sibling bindings, and is the same in a handler's env and in an imported one", async () => {
    const other = `${ROOM}\nexport class Tally extends DurableObject { twice(n: number) { return n * 2; } }`;
    const body = `return Response.json([await env.TALLY.getByName("a").twice(4), await imported.ROOMS.getByName("a").add("1"), env.ROOMS === imported.ROOMS]);`;
    const app = await appThat(body, { ROOMS: "Room", TALLY: "Tally" }, other);
    expect(await answerOf(app)).toEqual([8, 1, true]);
  });

  it("a bound Durable Object accepts WebSockets that hibernate, and sends to all of them", async () => {
    const app = await appThat(`return env.ROOMS.getByName("lobby").fetch(request);`);
    const open = async () => {
      const headers = { Upgrade: "websocket", Origin: app.origin };
      const { webSocket } = await app.get("/ws", { headers });
      if (!webSocket) throw new Error("there is no socket");
      webSocket.accept();
      return webSocket;
    };
    const [one, two] = [await open(), await open()];
    const heard = new Promise((resolve) => two.addEventListener("message", ({ data }) => resolve(data)));
    one.send("hello");
    expect(await heard).toBe("lobby: hello");
    one.close();
    two.close();
  });

  it("a bound Durable Object is one of its own project's, whatever id of another project an app names", async () => {
    const mine = await appThat(`
      const id = env.ROOMS.idFromName("a");
      await env.ROOMS.get(id).add("secret");
      return Response.json(String(id));`);
    const id = await answerOf(mine);
    const other = await appThat(`
      const named = env.ROOMS.getByName("a");
      const given = await (async () => env.ROOMS.get(env.ROOMS.idFromString(${JSON.stringify(id)})).add("one"))().catch(() => 1);
      return Response.json([given, await named.add("one") <= 2]);`);
    // `add` counts what the object has.
    expect(await answerOf(other)).toEqual([1, true]);
    expect(await answerOf(mine)).toBe(id);
  });

  it("a bound Durable Object keeps its data when code changes and a migration renames the class, until data is cleared", async () => {
    const server = (name: string) =>
      `${ROOM.replaceAll("class Room", `class ${name}`)}\nexport default { fetch: async (_: Request, env: any) => Response.json(await env.ROOMS.getByName("a").add("x")) };`;
    const app = await preview({ ...wrangler({ ROOMS: "Room" }), "worker.ts": server("Room") });
    expect(await answerOf(app)).toBe(1);
    await app.write({ ...wrangler({ ROOMS: "Room" }), "worker.ts": `${server("Room")}\n// changed\nconsole.log(1);` });
    expect(await answerOf(app)).toBe(2);
    const migrations = [{ renamed_classes: [{ from: "Room", to: "Hall" }] }];
    await app.write({ ...wrangler({ ROOMS: "Hall" }, { migrations }), "worker.ts": server("Hall") });
    expect(await answerOf(app)).toBe(3);
    await app.publish(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(1);
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app)).toBe(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(2);
  });

  it("a bound Durable Object called App is an object like others when the server has a default export", async () => {
    const app = await appThat(
      `return Response.json(await env.ROOMS.getByName("a").whoAmI().then(([, name]) => name));`,
      { ROOMS: "App" },
      ROOM.replaceAll("class Room", "class App"),
    );
    expect(await answerOf(app)).toBe("a");
  });

  it("a bound Durable Object may store 10 MB, counted per object", async () => {
    const app = await appThat(
      `const { pathname } = new URL(request.url);
      const [, name, what] = pathname.split("/");
      return Response.json(await env.ROOMS.getByName(name)[what]());`,
      { ROOMS: "Room" },
      `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fill() {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS big (bytes BLOB)");
    for (let row = 0; row < 6; row += 1) this.ctx.storage.sql.exec("INSERT INTO big VALUES (zeroblob(1900000))");
    return "filled";
  }
  async put() { await this.ctx.storage.put("a", 1); return "put"; }
  kv() { this.ctx.storage.kv.put("a", 1); return "kv"; }
}`,
    );
    expect(await answerOf(app, "/one/put")).toBe("put");
    expect(await answerOf(app, "/two/fill")).toBe("filled");
    for (const what of ["put", "kv", "fill"]) {
      const refused = await app.get(`/two/${what}`);
      expect(refused.status, what).toBe(507);
      expect(await refused.text(), what).toContain("it may hold 10 MB");
    }
    expect([await answerOf(app, "/one/put"), await answerOf(app, "/one/kv")]).toEqual(["put", "kv"]);
  });

  it("an app has at most 1,000 bound Durable Objects", async () => {
    const app = await appThat(
      `return Response.json(await env.ROOMS.getByName(new URL(request.url).pathname).add("1"));`,
    );
    expect(await answerOf(app, "/first")).toBe(1);
    await runInDurableObject(appObject(app.projectId), (_: PreviewApp, { storage }) => {
      for (let count = 1; count < MAX_OBJECTS; count += 1) storage.kv.put(`object:Room:${count}`, true);
    });
    expect(await answerOf(app, "/first")).toBe(2);
    const refused = await app.get("/another");
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain("The app has 1000 Durable Objects, and may not have more.");
  });

  it("a bound Durable Object without an alarm handler gets an error when it sets an alarm", async () => {
    const app = await appThat(
      `return Response.json(await env.ROOMS.getByName("a").later().catch((error) => error.message));`,
      { ROOMS: "Room" },
      `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject { async later() { await this.ctx.storage.setAlarm(1); } }`,
    );
    expect(await answerOf(app)).toContain("must have an alarm() handler");
  });
});

describe("a binding that cannot be had", () => {
  it("a binding is an error at its place when the server does not export the class", async () => {
    const app = await preview({
      ...wrangler({ ROOMS: "Room" }),
      "worker.ts": "export default { fetch: () => new Response() };",
    });
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(false);
    expect(diagnostics).toMatchObject([{ path: "wrangler.jsonc", line: 1, severity: "error" }]);
    expect(diagnostics[0]?.message).toBe(
      'The server does not export the class "Room", which wrangler.jsonc binds to ROOMS.',
    );
  });

  it("an unsupported binding is a warning by name: objects of other Workers, other services, secrets", async () => {
    const app = await preview({
      "worker.ts": "export default { fetch: (_: Request, env: object) => Response.json(Object.keys(env)) };",
      "wrangler.toml": `name = "own"
main = "worker.ts"
[vars]
PLAIN = "1"
[ai]
binding = "AI"
[[durable_objects.bindings]]
name = "ELSEWHERE"
class_name = "Room"
script_name = "another"
[[queues.producers]]
binding = "JOBS"
queue = "jobs"
[[queues.consumers]]
queue = "results"
[[vpc_services]]
binding = "INSIDE"
service_id = "x"
[secrets]
required = ["API_KEY"]
`,
      ".dev.vars.example": "# what you need\nPLAIN=2\nexport STRIPE_KEY=\nAPI_KEY=x\n",
    });
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    expect(
      diagnostics.map(({ path, line, severity, message }) => [path, line, severity, message.split(".")[0]]),
    ).toEqual([
      ["wrangler.toml", 12, "warning", "The binding JOBS, a queue, does not exist here: env"],
      ["wrangler.toml", 6, "warning", "The binding AI, Workers AI, does not exist here: env"],
      ["wrangler.toml", 17, "warning", 'The binding INSIDE, a binding of "vpc_services", does not exist here: env'],
      [
        "wrangler.toml",
        8,
        "warning",
        "The binding ELSEWHERE, a Durable Object of another Worker, does not exist here: env",
      ],
      ["wrangler.toml", 15, "warning", "The queue results does not exist here: the server's queue() is not called"],
      [".dev.vars.example", 3, "warning", "The secret STRIPE_KEY has no value here: env"],
      ["wrangler.toml", 20, "warning", "The secret API_KEY has no value here: env"],
    ]);
    expect(diagnostics[1]?.message).toContain("env.AI is the platform's own");
    expect(await answerOf(app)).toEqual(["PLAIN", "FILES", "AI", "MAIL"]);
  });
});
