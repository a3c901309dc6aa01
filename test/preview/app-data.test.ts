import { describe, expect, it } from "vitest";
import type { DataOperation } from "../../worker/contract/preview-rpc.ts";
import { type Preview, preview } from "./preview.ts";

/** An app whose object makes its tables when it starts. */
function appWith(statements: string[], rest = ""): Promise<Preview> {
  return preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
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
}`,
  });
}

const TODO = "CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, done INTEGER DEFAULT 0, note)";

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
const insert = (table: string, values: Record<string, never | string | number | null>): DataOperation => ({ kind: "insert", object, table, values });

describe("an app's data", () => {
  it("tables lists the app's tables with columns and counts, and none of the runtime's", async () => {
    const app = await started([TODO, "CREATE VIEW IF NOT EXISTS open AS SELECT title FROM todo WHERE done = 0"], "x = this.ctx.storage.kv.put('a', 1);");
    await data(app, insert("todo", { title: "one" }));
    const tables = await data<{ name: string }[]>(app, { kind: "tables", object });
    expect(tables.map(({ name }) => name)).toEqual(["open", "todo"]);
    expect(tables[1]).toMatchObject({ name: "todo", type: "table", editable: true, rowCount: 1 });
    expect(tables[0]).toMatchObject({ type: "view", editable: false, rowCount: null });
  });

  it("rows are inserted, changed, read and deleted while the app runs", async () => {
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

  it("a query answers with objects, and refuses what writes, recurs or reads without end", async () => {
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
    for (const sql of ["DELETE FROM todo", "WITH x AS (SELECT 1) DELETE FROM todo", "SELECT 1; DELETE FROM todo", "PRAGMA table_list", "CREATE TABLE x(a)"])
      expect(await codes(sql), sql).toBe("read_only");
    expect(await codes("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")).toBe("query_refused");
    expect(await codes("WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c")).toBe("query_refused");
    expect(await codes("SELEC 1")).toBe("read_only");
    expect(await codes("SELECT * FROM nothing")).toBe("invalid_query");
    expect(await app.text("/count")).toBe("3");
  });
});
