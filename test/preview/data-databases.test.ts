import { describe, expect, it } from "vitest";
import type { DataOperation } from "../../worker/contract/data-rpc.ts";
import { type Preview, preview } from "./preview.ts";

const config = JSON.stringify({
  main: "worker.ts",
  d1_databases: [
    { binding: "DB", database_name: "notes", database_id: "any" },
    { binding: "OTHER", database_name: "other", database_id: "any" },
  ],
  kv_namespaces: [{ binding: "CACHE", id: "any" }],
});

const worker = `export default { async fetch(request: Request, env: any) {
  const { pathname } = new URL(request.url);
  await env.CACHE.put("a", "b");
  if (pathname === "/add") await env.DB.prepare("INSERT INTO note (text) VALUES (?)").bind("from the app").run();
  return Response.json((await env.DB.prepare("SELECT * FROM note ORDER BY id").all()).results);
} };`;

const migration = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, size INTEGER)";

const appWith = (more: Record<string, string> = {}): Promise<Preview> =>
  preview({ "wrangler.jsonc": config, "worker.ts": worker, "migrations/0001_note.sql": migration, ...more });

async function data<T>(app: Preview, operation: DataOperation): Promise<T> {
  const answer = await app.builder.data(app.projectId, "preview", operation);
  if ("fault" in answer) throw new Error(`${answer.fault}: ${answer.detail}`);
  return answer.value as T;
}

const object = { database: "notes" };
const insert = (values: Record<string, string | boolean | number | { integer: string }>): DataOperation => ({
  kind: "insert",
  object,
  table: "note",
  values,
});
const texts = async (app: Preview): Promise<unknown[]> =>
  (JSON.parse(await app.text("/")) as { text: string }[]).map(({ text }) => text);

type Part = { text: string; next: { table: number; after: string | null } | null };

/** The database as SQL, read part by part. */
async function dumpOf(app: Preview): Promise<string> {
  let text = "";
  for (let at: Part["next"] = null; ; ) {
    const part: Part = await data<Part>(app, { kind: "dump", object, at });
    text += part.text;
    if (part.next === null) return text;
    at = part.next;
  }
}

describe("the data of an app's D1 databases", () => {
  it("The list of databases has those that were used, and no namespace", async () => {
    const app = await appWith();
    expect(await data(app, { kind: "databases" })).toEqual([]);
    expect(await texts(app)).toEqual([]);
    expect(await data(app, { kind: "databases" })).toEqual([{ name: "notes" }]);
  });

  it("A row of a D1 database is read, inserted, changed and deleted, and the app sees it too", async () => {
    const app = await appWith();
    await app.text("/add");
    const tables = await data<{ name: string; rowCount: number }[]>(app, { kind: "tables", object });
    expect(tables.map(({ name, rowCount }) => [name, rowCount])).toEqual([
      ["d1_migrations", 1],
      ["note", 1],
    ]);
    const row = await data(app, insert({ text: "by the owner", size: { integer: "9223372036854775807" } }));
    expect(row).toEqual({ rowid: 2, id: 2, text: "by the owner", size: { integer: "9223372036854775807" } });
    expect(await data(app, insert({ text: 12, size: true }))).toMatchObject({ text: "12", size: 1 });
    await data(app, { kind: "update", object, table: "note", rowid: 1, values: { text: "changed" } });
    await data(app, { kind: "delete", object, table: "note", rowid: 3 });
    expect(await texts(app)).toEqual(["changed", "by the owner"]);
    const query: DataOperation = { kind: "query", object, sql: "SELECT count(*) AS n FROM note", params: [] };
    expect(await data(app, query)).toMatchObject({ rows: [{ n: 2 }] });
    const written = await app.builder.data(app.projectId, "preview", { ...query, sql: "DELETE FROM note" });
    expect(written).toMatchObject({ fault: "read_only" });
  });

  it("A D1 database leaves whole as SQL, and comes back with a snapshot", async () => {
    const app = await appWith();
    await app.text("/add");
    const { id } = await data<{ id: string }>(app, { kind: "snapshot" });
    await data(app, insert({ text: "later" }));
    expect(await dumpOf(app)).toMatch(/CREATE TABLE "?note"? \(.*INSERT INTO "note".*'from the app'.*'later'.*COMMIT/s);
    await data(app, { kind: "restore", id });
    expect(await texts(app)).toEqual(["from the app"]);
    expect(await data(app, { kind: "tables", object })).toMatchObject([{}, { name: "note", rowCount: 1 }]);
  });

  it("A D1 database answers before new code has run, and gets its migrations at the app's next call", async () => {
    const app = await appWith();
    await app.text("/add");
    await app.write({
      "wrangler.jsonc": config,
      "worker.ts": worker,
      "migrations/0001_note.sql": migration,
      "migrations/0002_more.sql": "ALTER TABLE note ADD COLUMN more TEXT DEFAULT 'new'; -- for all\n/* end */",
    });
    expect(await data(app, { kind: "tables", object })).toMatchObject([{}, { name: "note" }]);
    expect(JSON.parse(await app.text("/"))).toMatchObject([{ text: "from the app", more: "new" }]);
  });

  it("A database that was not used is not found, whatever its name", async () => {
    const app = await appWith();
    await app.text("/");
    for (const database of ["other", "CACHE", "notes:", "../notes"]) {
      const answer = await app.builder.data(app.projectId, "preview", { kind: "tables", object: { database } });
      expect(answer).toEqual({ fault: "not_found", detail: "Database not found." });
    }
    expect(await data(app, { kind: "databases" })).toEqual([{ name: "notes" }]);
  });
});
