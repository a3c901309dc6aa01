import { describe, expect, it } from "vitest";
import { type Preview, preview } from "./preview.ts";

/** An app whose object returns the JSON of this function's body for each request. */
function appThat(body: string): Promise<Preview> {
  return preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx; const { sql } = storage;
    const answer = await (async () => { ${body} })();
    return Response.json(answer, { headers: { "x-status": "ok" } });
  }
}`,
  });
}

async function answerOf(body: string): Promise<unknown> {
  const app = await appThat(body);
  const response = await app.get("/");
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

describe("an app's database", () => {
  it("sql.exec finds a stored false by done = 0, and stores each boolean and integer as INTEGER", async () => {
    const answer = await answerOf(`
      sql.exec("CREATE TABLE todo (id INTEGER PRIMARY KEY, title TEXT, done BOOLEAN, anything)");
      sql.exec("INSERT INTO todo (title, done, anything) VALUES (?, ?, ?)", "one", false, 5);
      sql.exec("INSERT INTO todo (title, done, anything) VALUES (?, ?, ?)", "two", true, true);
      return [
        sql.exec("SELECT count(*) AS n FROM todo WHERE done = 0").one().n,
        sql.exec("SELECT count(*) AS n FROM todo WHERE done = ?", true).one().n,
        sql.exec("SELECT count(*) AS n FROM todo WHERE done = ?", false).one().n,
        sql.exec("SELECT typeof(done) AS done, typeof(anything) AS anything FROM todo").toArray(),
        sql.exec("UPDATE todo SET done = ? WHERE id = ? RETURNING done", true, 1).one().done,
      ];`);
    const types = { done: "integer", anything: "integer" };
    expect(answer).toEqual([1, 1, 1, [types, types], 1]);
  });

  it("A write whose RETURNING rows are read in part, or not at all, is stored", async () => {
    const app = await appThat(`
      const url = new URL(request.url).pathname;
      sql.exec("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, title TEXT)");
      if (url === "/unread") sql.exec("INSERT INTO todo (title) VALUES ('a'), ('b') RETURNING id");
      if (url === "/first") { const [first] = sql.exec("INSERT INTO todo (title) VALUES (?), (?) returning id, title", "c", "d"); return first; }
      if (url === "/next") { const cursor = sql.exec("DELETE FROM todo WHERE id < 3 RETURNING id"); return [cursor.next(), cursor.toArray(), cursor.next(), cursor.rowsWritten, cursor.columnNames]; }
      if (url === "/raw") { for (const [id] of sql.exec("UPDATE todo SET title = upper(title) RETURNING id").raw()) return id; }
      if (url === "/one") { try { return sql.exec("UPDATE todo SET title = 'x' RETURNING id").one(); } catch (error) { return error.message; } }
      return sql.exec("SELECT id, title FROM todo").raw().toArray();`);
    const json = async (path: string) => (await app.get(path)).json();
    expect(await json("/unread")).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(await json("/first")).toEqual({ id: 3, title: "c" });
    expect(await json("/all")).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
      [4, "d"],
    ]);
    expect(await json("/next")).toEqual([{ done: false, value: { id: 1 } }, [{ id: 2 }], { done: true }, 2, ["id"]]);
    expect(await json("/raw")).toBe(3);
    expect(await json("/all")).toEqual([
      [3, "C"],
      [4, "D"],
    ]);
    expect(await json("/one")).toBe("Expected exactly one result from SQL query, but got multiple results.");
  });

  it("sql.exec ignores comments after the last statement", async () => {
    const answer = await answerOf(`
      sql.exec("CREATE TABLE note (text TEXT); -- one\\nINSERT INTO note VALUES (';--'); /* two */ -- three\\n");
      sql.exec("INSERT INTO note VALUES (?); -- four", 5);
      return sql.exec("SELECT text FROM note -- five").raw().toArray();`);
    expect(answer).toEqual([[";--"], ["5"]]);
  });

  it("sql.exec counts, divides and writes JSON with integers, and keeps fractions and large numbers REAL", async () => {
    const answer = await answerOf(`
      return sql.exec("SELECT json_object('n', ?1) AS json, ?1 || '' AS text, 5 / ?2 AS half, typeof(?3) AS fraction, typeof(?4) AS large, typeof(?5) AS zero",
        5, 2, 1.5, 1e300, -0).one();`);
    expect(answer).toEqual({ json: '{"n":5}', text: "5", half: 2, fraction: "real", large: "real", zero: "integer" });
  });

  it("sql.exec stores a bigint of 64 bits exactly and refuses a larger one", async () => {
    const answer = await answerOf(`
      sql.exec("CREATE TABLE big (n INTEGER)");
      sql.exec("INSERT INTO big VALUES (?), (?)", 2n ** 63n - 1n, -(2n ** 63n));
      let refused = "";
      try { sql.exec("INSERT INTO big VALUES (?)", 2n ** 63n); } catch (error) { refused = error.name; }
      return [sql.exec("SELECT CAST(n AS TEXT) AS n, typeof(n) AS type FROM big").toArray(), refused];`);
    expect(answer).toEqual([
      [
        { n: "9223372036854775807", type: "integer" },
        { n: "-9223372036854775808", type: "integer" },
      ],
      "RangeError",
    ]);
  });

  it("sql.exec stores a date as ISO text, undefined, null and NaN as NULL, bytes as a BLOB, and refuses a plain object", async () => {
    const answer = await answerOf(`
      const typeOf = (value) => sql.exec("SELECT typeof(?) AS t", value).one().t;
      let refused = "";
      try { sql.exec("SELECT ?", { a: 1 }); } catch (error) { refused = error.message; }
      return [sql.exec("SELECT ? AS at", new Date(0)).one().at, [undefined, null, NaN, new Uint8Array([1]), new Uint8Array([1, 2]).subarray(1), new Uint8Array([1]).buffer, "5"].map(typeOf), refused];`);
    expect(answer).toEqual([
      "1970-01-01T00:00:00.000Z",
      ["null", "null", "null", "blob", "blob", "blob", "text"],
      expect.stringContaining("JSON.stringify"),
    ]);
  });

  it("sql.exec casts only the parameters of a query, in every notation", async () => {
    const answer = await answerOf(`
      const row = (query, ...values) => { try { return [...sql.exec(query, ...values).raw()][0]; } catch (error) { return String(error); } };
      return [
        row("SELECT typeof(?), '?', \\"?\\" -- ?\\n, /* ? */ typeof(?) FROM (SELECT 1 AS \\"?\\")", 1, 2),
        row("SELECT typeof(?2), typeof(?1), typeof(?)", "a", 2, true),
        row("SELECT typeof(:a), typeof(:b), typeof(:a)", 1, "b"),
        row("SELECT typeof($a), typeof(@b), 'it''s ?', typeof(?)", 1, "b", 3),
        row("SELECT 1; SELECT typeof(?), 2 AS [a?b]", 7),
        row("SELECT value FROM json_each('[1,2,3]') LIMIT ? OFFSET ?", 1, 1),
        row("SELECT ? IN (?, ?)", 2, 1, 2),
        row("SELECT typeof(?)"),
      ];`);
    expect(answer).toEqual([
      ["integer", "?", 1, "integer"],
      ["integer", "text", "integer"],
      ["integer", "text", "integer"],
      ["integer", "text", "it's ?", "integer"],
      ["integer", 2],
      [2],
      [1],
      expect.stringContaining("Wrong number of parameter bindings"),
    ]);
  });

  it("sql.exec compares and searches as with a bare parameter: no affinity, and the index is used", async () => {
    const answer = await answerOf(`
      sql.exec("CREATE TABLE item (code TEXT, any_value); CREATE INDEX by_code ON item (code)");
      sql.exec("INSERT INTO item VALUES ('12', '12'), ('012', 12)");
      return [
        sql.exec("SELECT code FROM item WHERE code = ?", 12).toArray().map((x) => x.code),
        sql.exec("SELECT code FROM item WHERE any_value = ?", 12).toArray().map((x) => x.code),
        sql.exec("EXPLAIN QUERY PLAN SELECT * FROM item WHERE code = ?", 12).one().detail.includes("by_code"),
      ];`);
    expect(answer).toEqual([["12"], ["012"], true]);
  });

  it("sql.exec stores booleans in STRICT tables and inside transactions, and leaves cursors unchanged", async () => {
    const answer = await answerOf(`
      sql.exec("CREATE TABLE flag (done INTEGER, title TEXT, anything ANY) STRICT");
      storage.transactionSync(() => sql.exec("INSERT INTO flag VALUES (?, ?, ?)", true, 12, false));
      await storage.transaction(async () => { sql.exec("INSERT INTO flag VALUES (?, ?, ?)", false, 1.5, 3); });
      const cursor = sql.exec("SELECT done, title, typeof(anything) AS type FROM flag WHERE done >= ?", 0);
      return [cursor.columnNames, [...cursor.raw()], cursor.rowsRead > 0];`);
    expect(answer).toEqual([
      ["done", "title", "type"],
      [
        [1, "12", "integer"],
        [0, "1.5", "integer"],
      ],
      true,
    ]);
  });

  it("storage.kv keeps the types of its values", async () => {
    const answer = await answerOf(`
      storage.kv.put("a", { done: false, n: 12 });
      await storage.put("b", 12);
      return [storage.kv.get("a"), await storage.get("b")];`);
    expect(answer).toEqual([{ done: false, n: 12 }, 12]);
  });
});

describe("an app that uses alarms", () => {
  const CALLS = `async alarm() {}
  async fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx;
    const path = new URL(request.url).pathname;
    storage.sql.exec("CREATE TABLE IF NOT EXISTS visit (n INTEGER)");
    storage.sql.exec("INSERT INTO visit VALUES (?)", 1);
    if (path === "/wait") { await new Promise((resolve) => setTimeout(resolve, 1_000)); return new Response("waited"); }
    if (path === "/uncaught") await storage.setAlarm(Date.now() + 1_000);
    if (path === "/caught") {
      const told: string[] = [];
      for (const call of [() => storage.setAlarm(Date.now()), () => storage.getAlarm(), () => storage.deleteAlarm(), () => storage.transaction((inner) => inner.setAlarm(Date.now()))]) {
        try { await call(); told.push("set"); } catch (error) { told.push((error as Error).message); }
      }
      return Response.json(told);
    }
    if (path === "/empty") { await storage.deleteAll(); return Response.json("emptied"); }
    return Response.json(storage.sql.exec("SELECT count(*) AS n FROM visit").one().n);
  }`;

  it("an app that sets alarms loses neither requests in flight nor writes", async () => {
    const app = await preview({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";\nexport class App extends DurableObject {\n  ${CALLS}\n}`,
    });
    const waiting = app.text("/wait");
    expect(JSON.parse(await app.text("/caught"))).toEqual(Array(4).fill("set"));
    expect((await app.get("/uncaught")).status).toBe(200);
    expect(await waiting).toBe("waited");
    expect(JSON.parse(await app.text("/"))).toBe(4);
    const during = app.text("/wait");
    expect(JSON.parse(await app.text("/empty"))).toBe("emptied");
    expect(await during).toBe("waited");
  });
});

describe("a server module", () => {
  it("a server module may export strings, numbers and undefined beside its handler", async () => {
    const app = await preview({
      "src/server.ts": `export const PORT = 80; export const NAME = "x"; export const OFF = false; export let later: string | undefined; export const nothing = null; export const symbol = Symbol("x"); export const big = 5n;
export default { fetch: () => new Response("started") };`,
    });
    expect(await app.text("/")).toBe("started");
  });

  it("a server module may export strings and numbers beside its App, and a default that is no handler", async () => {
    const app = await preview({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export const LIMIT = 80;
export default "not a handler";
export class App extends DurableObject { fetch(): Response { return new Response(String(LIMIT)); } }`,
    });
    expect(await app.text("/")).toBe("80");
  });
});
