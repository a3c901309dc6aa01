import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { DataOperation } from "../../worker/contract/data-rpc.ts";
import { appObject, type Preview, preview } from "./preview.ts";

/** The server of an app whose object makes its tables when it starts. */
const code = (statements: string[], rest = "") => `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    for (const one of ${JSON.stringify(statements)}) ctx.storage.sql.exec(one);
  }
  ${rest}
  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === "/count") return Response.json(this.ctx.storage.sql.exec("SELECT count(*) AS n FROM todo").one().n);
    return new Response("ok");
  }
}
`;

const appWith = (statements: string[], rest = ""): Promise<Preview> =>
  preview({ "src/server.ts": code(statements, rest) });

const TODO =
  "CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, done INTEGER DEFAULT 0, note)";

async function started(statements = [TODO], rest = ""): Promise<Preview> {
  const app = await appWith(statements, rest);
  expect(await app.text("/")).toBe("ok");
  return app;
}

async function data<T>(app: Preview, operation: DataOperation): Promise<T> {
  const answer = await app.builder.data(app.projectId, "preview", operation);
  if ("fault" in answer) throw new Error(`${answer.fault}: ${answer.detail}`);
  return answer.value as T;
}

async function fault(app: Preview, operation: DataOperation): Promise<{ fault: string; detail: string }> {
  const answer = await app.builder.data(app.projectId, "preview", operation);
  if ("value" in answer) throw new Error(`No fault: ${JSON.stringify(answer.value)}`);
  return answer;
}

const object = null;
const query = (sql: string, params: never[] = []): DataOperation => ({ kind: "query", object, sql, params });
const insert = (table: string, values: Record<string, never | string | number | null>): DataOperation => ({
  kind: "insert",
  object,
  table,
  values,
});

type RowsQuery = Extract<DataOperation, { kind: "rows" }>["query"];
const rowsOf = (table: string, query: Partial<RowsQuery> = {}): DataOperation => ({
  kind: "rows",
  object,
  query: { table, limit: 50, after: null, order: "asc", sort: null, filter: null, ...query },
});

describe("an app's data", () => {
  it("The list of tables has the app's own with columns and counts, and none of the runtime's", async () => {
    const app = await started(
      [TODO, "CREATE VIEW IF NOT EXISTS open AS SELECT title FROM todo WHERE done = 0"],
      "x = this.ctx.storage.kv.put('a', 1);",
    );
    await data(app, insert("todo", { title: "one" }));
    const tables = await data<{ name: string }[]>(app, { kind: "tables", object });
    expect(tables.map(({ name }) => name)).toEqual(["open", "todo"]);
    expect(tables[1]).toMatchObject({ name: "todo", type: "table", editable: true, rowCount: 1 });
    expect(tables[0]).toMatchObject({ type: "view", editable: false, rowCount: null });
  });

  it("A row is inserted, changed, read and deleted while the app runs", async () => {
    const app = await started();
    const row = await data(app, insert("todo", { title: "one", note: null }));
    expect(row).toEqual({ rowid: 1, id: 1, title: "one", done: 0, note: null });
    expect(await app.text("/count")).toBe("1");
    const changed = await data(app, { kind: "update", object, table: "todo", rowid: 1, values: { done: true } });
    expect(changed).toMatchObject({ rowid: 1, done: 1 });
    await data(app, { kind: "delete", object, table: "todo", rowid: 1 });
    expect(await app.text("/count")).toBe("0");
    expect((await fault(app, { kind: "delete", object, table: "todo", rowid: 1 })).fault).toBe("not_found");
    expect((await fault(app, insert("todo", { title: null }))).fault).toBe("constraint_failed");
    expect((await fault(app, insert("nothing", { title: "a" }))).fault).toBe("not_found");
  });

  it("a query returns objects, and refuses statements that write, recurse or read without end", async () => {
    const app = await started();
    for (const title of ["a", "b", "c"]) await data(app, insert("todo", { title }));
    expect(await data(app, query("SELECT title, id FROM todo WHERE id > 1 ORDER BY id;"))).toEqual({
      columns: ["title", "id"],
      rows: [
        { title: "b", id: 2 },
        { title: "c", id: 3 },
      ],
      truncated: false,
    });
    const codes = async (sql: string) => (await fault(app, query(sql))).fault;
    for (const sql of [
      "DELETE FROM todo",
      "WITH x AS (SELECT 1) DELETE FROM todo",
      "SELECT 1; DELETE FROM todo",
      "PRAGMA table_list",
      "CREATE TABLE x(a)",
    ])
      expect(await codes(sql), sql).toBe("read_only");
    expect(await codes("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")).toBe(
      "query_refused",
    );
    expect(await codes("WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c")).toBe("query_refused");
    expect(await codes("FETCH 1")).toBe("read_only");
    expect(await codes("SELECT * FROM nothing")).toBe("invalid_query");
    expect(await app.text("/count")).toBe("3");
  });
});

describe("an app's data as JSON", () => {
  it("An integer beyond 2^53, bytes, NULL or an infinity comes back as it was stored", async () => {
    const app = await started(["CREATE TABLE IF NOT EXISTS v (id INTEGER PRIMARY KEY, a)"]);
    const values = [
      { integer: "9223372036854775807" },
      { blob: "AP8=" },
      null,
      { real: "Infinity" as const },
      1.5,
      "x'y",
      7,
    ];
    for (const a of values) await data(app, { kind: "insert", object, table: "v", values: { a } });
    const { rows } = await data<{ rows: { a: unknown }[] }>(app, rowsOf("v"));
    expect(rows.map(({ a }) => a)).toEqual(values);
    const found = await data<{ rows: { a: unknown }[] }>(app, query("SELECT a FROM v ORDER BY id"));
    expect(found.rows.map(({ a }) => a)).toEqual(values);
    const { rows: one } = await data<{ rows: object[] }>(app, {
      kind: "query",
      object,
      sql: "SELECT id FROM v WHERE a = ?",
      params: [{ integer: "9223372036854775807" }],
    });
    expect(one).toEqual([{ id: 1 }]);
  });

  it("A list by a column has every row once, with equal values and NULL among them", async () => {
    const app = await started(["CREATE TABLE IF NOT EXISTS v (a)"]);
    const values = [3, null, "b", 1, null, 3, "a", 1.5, 3, null];
    for (const a of values) await data(app, { kind: "insert", object, table: "v", values: { a } });
    for (const order of ["asc", "desc"] as const) {
      const seen: number[] = [];
      for (let after: string | null = null, more = true; more; more = after !== null) {
        const page: { rows: { rowid: number }[]; next: string | null } = await data(
          app,
          rowsOf("v", { sort: "a", order, limit: 3, after }),
        );
        seen.push(...page.rows.map(({ rowid }) => rowid));
        after = page.next;
      }
      const sorted = [2, 5, 10, 4, 8, 1, 6, 9, 7, 3];
      expect(seen, order).toEqual(order === "asc" ? sorted : sorted.toReversed());
    }
  });

  it("a filter shows matching rows only, and a table WITHOUT ROWID is paged but not edited", async () => {
    const app = await started([
      "CREATE TABLE IF NOT EXISTS k (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID",
      "INSERT OR IGNORE INTO k VALUES ('Ab', 1), ('b', 2), ('c', 3)",
    ]);
    const filter = (column: string, operator: "contains" | "gt", value: string) =>
      rowsOf("k", { filter: { column, operator, value } });
    expect(await data(app, filter("k", "contains", "B"))).toMatchObject({ rows: [{ k: "Ab" }, { k: "b" }] });
    expect(await data(app, filter("n", "gt", "1"))).toMatchObject({ rows: [{ k: "b" }, { k: "c" }] });
    const first = await data<{ rows: object[]; next: string }>(app, rowsOf("k", { limit: 2 }));
    expect(await data(app, rowsOf("k", { limit: 2, after: first.next }))).toEqual({
      rows: [{ k: "c", n: 3 }],
      next: null,
    });
    expect((await fault(app, insert("k", { k: "d" }))).fault).toBe("read_only");
    expect((await fault(app, rowsOf("k", { sort: "zz" }))).fault).toBe("invalid_value");
    expect((await fault(app, rowsOf("k", { after: "bm9wZQ" }))).fault).toBe("invalid_cursor");
  });

  it("an import inserts all rows or none", async () => {
    const app = await started();
    const importing = (rows: (string | null)[][]): DataOperation => ({
      kind: "import",
      object,
      table: "todo",
      columns: ["title", "done"],
      rows,
    });
    expect(
      await data(
        app,
        importing([
          ["a", "1"],
          ["b", null],
        ]),
      ),
    ).toBe(2);
    expect(
      (
        await fault(
          app,
          importing([
            ["c", "1"],
            ["a", "1"],
          ]),
        )
      ).fault,
    ).toBe("constraint_failed");
    expect(await app.text("/count")).toBe("2");
  });
});

describe("the data of a hostile or broken app", () => {
  it("an app's method of the platform's name is never called", async () => {
    const app = await started(
      [TODO],
      "__edgesmith_data() { return { results: [{ columns: ['x'], rows: [['forged']], truncated: false }], databaseSize: 0 }; }",
    );
    expect(await data(app, query("SELECT 'real' AS x"))).toMatchObject({ rows: [{ x: "real" }] });
  });

  it("an app whose class does not start, or answers with anything else, still shows its data", async () => {
    const app = await started();
    await data(app, insert("todo", { title: "kept" }));
    await app.write({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) { super(ctx, env as never); throw new Error("broken"); }
}`,
    });
    expect((await app.get("/")).status).toBe(500);
    expect(await data(app, query("SELECT title FROM todo"))).toMatchObject({ rows: [{ title: "kept" }] });
    await app.write({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    Array.prototype.map = () => "forged" as never;
  }
  fetch() { return new Response("ok"); }
}`,
    });
    expect(await app.text("/")).toBe("ok");
    expect(await data(app, query("SELECT title FROM todo"))).toMatchObject({ rows: [{ title: "kept" }] });
  });

  it("the app goes on answering while costly queries are refused", async () => {
    const big =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000) INSERT OR IGNORE INTO big SELECT x, x % 100, hex(x) FROM c";
    const app = await started([
      TODO,
      "CREATE TABLE IF NOT EXISTS big (id INTEGER PRIMARY KEY, g INTEGER, t TEXT)",
      "CREATE INDEX IF NOT EXISTS big_g ON big (g)",
      big,
    ]);
    for (const sql of [
      "SELECT count(*) FROM big a, big b",
      "SELECT count(*) FROM big a JOIN big b ON a.t > b.t",
      "SELECT sum(length(zeroblob(2000000))) FROM big",
      "SELECT sum(length(replace(t, '0', ?))) FROM big",
      "SELECT (SELECT count(*) FROM big b WHERE b.t > a.t) FROM big a",
      "SELECT max(x) FROM (SELECT a.id AS x FROM big a, big b, big c LIMIT 9000000000)",
      "SELECT count(*) FROM json_each('[1,2]') x, big a, big b",
    ]) {
      const params = sql.includes("?") ? ["x".repeat(5_000)] : [];
      expect((await fault(app, { kind: "query", object, sql, params })).fault, sql).toBe("query_refused");
    }
    for (const sql of [
      "SELECT count(*) AS n FROM big",
      "SELECT g, count(*) AS n FROM big GROUP BY g ORDER BY n DESC LIMIT 5",
      "SELECT a.id FROM big a JOIN big b ON b.id = a.g WHERE a.t LIKE '%1' LIMIT 5",
      "SELECT a.id, (SELECT count(*) FROM big b WHERE b.g = a.g) FROM big a WHERE a.id < 10",
      "WITH top AS (SELECT g, sum(id) AS s FROM big GROUP BY g) SELECT * FROM top ORDER BY s",
      "SELECT upper(t) || '-' || lower(t) FROM big WHERE id IN (SELECT id FROM big WHERE g = 3)",
      "SELECT id FROM big UNION ALL SELECT g FROM big LIMIT 3",
      "VALUES (1), (2)",
    ])
      await data(app, query(sql));
    expect(await app.text("/count")).toBe("0");
  });
});

describe("snapshots", () => {
  const titles = async (app: Preview) =>
    (await data<{ rows: { title: string }[] }>(app, query("SELECT title FROM todo ORDER BY id"))).rows.map(
      ({ title }) => title,
    );

  it("a restore brings back every row, and can itself be undone", async () => {
    const app = await started();
    await data(app, insert("todo", { title: "one" }));
    const { id } = await data<{ id: string }>(app, { kind: "snapshot" });
    await data(app, insert("todo", { title: "two" }));
    await data(app, { kind: "restore", id });
    expect(await app.text("/count")).toBe("1");
    expect(await titles(app)).toEqual(["one"]);
    const [undo] = await data<{ id: string; reason: string }[]>(app, { kind: "snapshots" });
    expect(undo?.reason).toBe("restore");
    await data(app, { kind: "restore", id: undo?.id ?? "" });
    expect(await titles(app)).toEqual(["one", "two"]);
    await data(app, { kind: "deleteSnapshot", id });
    expect((await fault(app, { kind: "restore", id })).fault).toBe("not_found");
  });

  it("a snapshot is taken before the code of a new revision runs, and brings back its schema too", async () => {
    const app = await started();
    await data(app, insert("todo", { title: "one" }));
    const before = app.revision;
    await app.write({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch() { this.ctx.storage.sql.exec("DROP TABLE IF EXISTS todo"); return new Response("dropped"); }
}`,
    });
    expect(await app.text("/")).toBe("dropped");
    expect((await data<object[]>(app, { kind: "tables", object })).length).toBe(0);
    expect(await data(app, { kind: "restoreBefore", revision: before })).toMatchObject({
      reason: "revision",
      revision: app.revision,
    });
    expect(await titles(app)).toEqual(["one"]);
    expect(await data(app, { kind: "restoreBefore", revision: app.revision })).toBeNull();
  });

  it("a snapshot that has expired is refused with the reason, and no later one is restored in its place", async () => {
    const app = await started();
    const first = app.revision;
    for (const mark of ["one", "two"]) {
      await app.write({ "src/server.ts": `${code([TODO])}// ${mark}` });
      await app.text("/count");
    }
    const [second, expired] = await data<{ id: string; revision: number }[]>(app, { kind: "snapshots" });
    await runInDurableObject(appObject(app.projectId), (_, { storage }) => {
      const key = `snapshot:${expired?.id}`;
      storage.kv.put(key, { ...storage.kv.get<object>(key), expiresAt: new Date(Date.now() - 1).toISOString() });
    });
    for (const asked of ["once", "again"])
      expect([asked, (await fault(app, { kind: "restore", id: expired?.id ?? "" })).fault]).toEqual([
        asked,
        "snapshot_expired",
      ]);
    for (const kind of ["findBefore", "restoreBefore"] as const)
      expect(await fault(app, { kind, revision: first })).toMatchObject({
        fault: "snapshot_expired",
        detail: expect.stringContaining("no longer kept"),
      });
    expect(await data(app, { kind: "restoreBefore", revision: first + 1 })).toMatchObject({ id: second?.id });
  });

  it("a deleted project keeps no snapshot", async () => {
    const app = await started();
    await data(app, { kind: "snapshot" });
    await app.delete();
    expect(await data(app, { kind: "snapshots" })).toEqual([]);
  });
});

describe("an app's Durable Objects", () => {
  it("each has a database that is listed, read, and part of a snapshot", async () => {
    const app = await preview({
      "wrangler.toml":
        'name = "app"\nmain = "src/worker.ts"\n[[durable_objects.bindings]]\nname = "ROOMS"\nclass_name = "Room"\n[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["Room"]\n',
      "src/worker.ts": `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  say(text: string) {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS line (text TEXT)");
    this.ctx.storage.sql.exec("INSERT INTO line VALUES (?)", text);
    return this.ctx.storage.sql.exec("SELECT count(*) AS n FROM line").one().n;
  }
}
export default { async fetch(request: Request, env: { ROOMS: DurableObjectNamespace<Room> }) {
  return new Response(String(await env.ROOMS.getByName("lobby").say("hi")));
} };`,
    });
    expect(await app.text("/")).toBe("1");
    const [room] = await data<{ className: string; id: string; name: string }[]>(app, { kind: "objects" });
    if (room === undefined) throw new Error("no object");
    expect(room).toMatchObject({ className: "Room", name: "lobby" });
    const lines: DataOperation = {
      kind: "query",
      object: { className: room.className, id: room.id },
      sql: "SELECT text FROM line",
      params: [],
    };
    expect(await data(app, lines)).toMatchObject({ rows: [{ text: "hi" }] });
    const { id } = await data<{ id: string }>(app, { kind: "snapshot" });
    expect(await app.text("/")).toBe("2");
    await data(app, { kind: "restore", id });
    expect(await data(app, lines)).toMatchObject({ rows: [{ text: "hi" }] });
    expect(await app.text("/")).toBe("2");
    expect(
      (await fault(app, { ...lines, object: { className: "Room", id: "0".repeat(64) } } as DataOperation)).fault,
    ).toBe("not_found");
  });
});
