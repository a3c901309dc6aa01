import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { DataRow, DataSnapshot, DataTable, Page, Preview } from "../../../worker/contract/index.ts";
import { type Account, newAccount } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

type Project = { ada: Account; at: string; data: string };

async function newProject(): Promise<Project> {
  const ada = await newAccount();
  const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "App" } });
  const at = `/v1/projects/${id}`;
  const operations = [{ op: "create", path: "index.html", content: "<!doctype html><h1>Hello</h1>\n" }];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at, data: `${at}/data/preview` };
}

describe("an app's data over the API", () => {
  it("an app without a database has no tables, and answers a query", async () => {
    const { ada, data } = await newProject();
    expect(await ada.expect(200, `${data}/tables`)).toEqual({
      data: [],
      pagination: { hasMore: false, nextCursor: null, limit: 50 },
    });
    expect(
      await ada.expect(200, `${data}/query`, { body: { sql: "SELECT 1 AS one, ? AS two", params: ["b"] } }),
    ).toEqual({
      columns: ["one", "two"],
      rows: [{ one: 1, two: "b" }],
      truncated: false,
    });
    expect((await ada.problem(422, `${data}/query`, { body: { sql: "DELETE FROM a" } })).code).toBe("read_only");
    expect((await ada.problem(422, `${data}/query`, { body: { sql: "SELECT * FROM a" } })).detail).toContain(
      "no such table: a",
    );
    expect((await ada.problem(404, `${data}/tables/a/rows`)).detail).toBe("Table not found.");
    expect((await ada.problem(404, `${data.replace("preview", "other")}/tables`)).code).toBe("not_found");
  });

  it("another account finds nothing", async () => {
    const { data } = await newProject();
    const eve = await newAccount();
    for (const path of ["/tables", "/snapshots", "/export.sql"])
      expect((await eve.problem(404, data + path)).code).toBe("not_found");
    await eve.problem(404, `${data}/query`, { body: { sql: "SELECT 1" } });
  });

  it("a snapshot is created, listed, restored and deleted, each with an audit record", async () => {
    const { ada, data } = await newProject();
    const snapshot = await ada.expect<DataSnapshot>(201, `${data}/snapshots`, { body: {} });
    expect(snapshot).toMatchObject({ reason: "requested", revision: null });
    expect(await ada.expect(200, `${data}/snapshots/${snapshot.id}/restore`, { method: "POST" })).toEqual(snapshot);
    const listed = await ada.expect<Page<DataSnapshot>>(200, `${data}/snapshots`);
    expect(listed.data.map(({ reason }) => reason)).toEqual(["restore", "requested"]);
    await ada.expect(204, `${data}/snapshots/${snapshot.id}`, { method: "DELETE" });
    await ada.problem(404, `${data}/snapshots/${snapshot.id}`, { method: "DELETE" });
    const audit = await ada.expect<Page<{ action: string }>>(200, "/v1/audit");
    const actions = audit.data.map(({ action }) => action);
    for (const action of ["data.snapshot_created", "data.restored", "data.snapshot_deleted"])
      expect(actions).toContain(action);
  });
});

const server = (columns: string) => `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch(request) {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, title TEXT, ${columns})");
    this.ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS "odd / name?" (a)');
    if (new URL(request.url).searchParams.has("drop")) this.ctx.storage.sql.exec("DROP TABLE todo");
    return new Response("ok");
  }
}`;

/** Stores a revision of the app, and has its preview answer one request. */
async function run(project: Project, columns: string, path = "/api"): Promise<void> {
  const operations = [{ op: "write", path: "src/server.js", content: server(columns) }];
  await project.ada.expect(201, `${project.at}/batches`, { body: { operations } });
  await answered(project, path);
}

/** Has the preview answer one request. */
async function answered({ ada, at }: Project, path = "/api"): Promise<void> {
  const { url } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
  const entered = await door.fetch(url, { redirect: "manual" });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect(await (await door.fetch(new URL(url).origin + path, { headers: { Cookie: cookie } })).text()).toBe("ok");
}

describe("a running app's data over the API", () => {
  it("A row is inserted, paged, changed and deleted by its address, whatever the table's name", async () => {
    const project = await newProject();
    const { ada, data } = project;
    await run(project, "done INTEGER");
    const rows = `${data}/tables/todo/rows`;
    const inserted = await ada.expect(201, rows, { body: { values: { title: "a", done: false } } });
    expect(inserted).toEqual({ rowid: 1, id: 1, title: "a", done: 0 });
    for (const title of ["b", "c"]) await ada.expect(201, rows, { body: { values: { title } } });
    const first = await ada.expect<Page<DataRow>>(200, `${rows}?limit=2&sort=title&order=desc`);
    expect(first.data.map(({ title }) => title)).toEqual(["c", "b"]);
    const { nextCursor } = first.pagination;
    const second = await ada.expect<Page<DataRow>>(200, `${rows}?limit=2&sort=title&order=desc&cursor=${nextCursor}`);
    expect(second).toMatchObject({ data: [{ title: "a" }], pagination: { hasMore: false } });
    await ada.problem(400, `${rows}?limit=2&sort=title&order=asc&cursor=${nextCursor}`);
    expect(await ada.expect(200, `${rows}/1`, { method: "PATCH", body: { values: { title: null } } })).toMatchObject({
      title: null,
    });
    await ada.expect(204, `${rows}/1`, { method: "DELETE" });
    for (const rowid of ["1", "x", "01", "9".repeat(25)])
      await ada.problem(404, `${rows}/${rowid}`, { method: "DELETE" });
    const odd = `${data}/tables/${encodeURIComponent("odd / name?")}/rows`;
    await ada.expect(201, odd, { body: { values: { a: { integer: "9223372036854775807" } } } });
    expect((await ada.expect<Page<DataRow>>(200, odd)).data).toEqual([
      { rowid: 1, a: { integer: "9223372036854775807" } },
    ]);
    const { data: tables } = await ada.expect<Page<DataTable>>(200, `${data}/tables`);
    expect(tables.map(({ name, rowCount }) => [name, rowCount])).toEqual([
      ["odd / name?", 1],
      ["todo", 2],
    ]);
    expect((await ada.problem(422, rows, { body: { values: { nothing: 1 } } })).detail).toContain(
      'no column "nothing"',
    );
    expect((await ada.problem(422, `${rows}?filterValue=1`)).code).toBe("invalid_request");
  });

  it("A table is exported as CSV and imported unchanged, and the database is exported as SQL", async () => {
    const project = await newProject();
    const { ada, data } = project;
    await run(project, "note TEXT");
    const csv = 'title,note\r\n"a, b","say ""hi"""\r\nplain,\r\n"",x\r\n';
    const headers = { "Content-Type": "text/csv" };
    const imported = await ada.request(`${data}/tables/todo/import`, { method: "POST", body: csv, headers });
    expect([imported.status, await imported.json()]).toEqual([200, { inserted: 3 }]);
    const exported = await ada.request(`${data}/tables/todo/export.csv`);
    expect(exported.headers.get("content-type")).toContain("text/csv");
    expect(await exported.text()).toBe('id,title,note\r\n1,"a, b","say ""hi"""\r\n2,plain,\r\n3,"",x\r\n');
    const sql = await (await ada.request(`${data}/export.sql`)).text();
    expect(sql).toContain('INSERT INTO "todo" ("id", "title", "note") VALUES (1, \'a, b\', \'say "hi"\');');
    expect(sql).toMatch(/^PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE[\s\S]*COMMIT;\n$/);
    const broken = await ada.request(`${data}/tables/todo/import`, { method: "POST", body: 'title\n"open', headers });
    expect(broken.status).toBe(422);
  });

  it("A CSV whose lines end in different ways is imported without the carriage returns", async () => {
    const project = await newProject();
    const { ada, data } = project;
    await run(project, "note TEXT");
    const headers = { "Content-Type": "text/csv" };
    const load = async (csv: string) =>
      (await ada.request(`${data}/tables/todo/import`, { method: "POST", body: csv, headers })).json();
    expect(await load('title,note\na,1\r\nb,"2\r\n"\n')).toEqual({ inserted: 2 });
    expect(await load("title,note\r\nc,3\nd,4\r\n")).toEqual({ inserted: 2 });
    const exported = await (await ada.request(`${data}/tables/todo/export.csv`)).text();
    expect(exported).toBe('id,title,note\r\n1,a,1\r\n2,b,"2\r\n"\r\n3,c,3\r\n4,d,4\r\n');
  });

  it("A restore of a revision also restores the preview's data when the request has data: true", async () => {
    const project = await newProject();
    const { ada, at, data } = project;
    await run(project, "done INTEGER");
    await ada.expect(201, `${data}/tables/todo/rows`, { body: { values: { title: "kept" } } });
    await run(project, "done INTEGER, more TEXT", "/api?drop");
    await ada.problem(404, `${data}/tables/todo/rows`);
    const plain = await ada.expect<object>(201, `${at}/revisions/2/restore`, { method: "POST" });
    expect(plain).not.toHaveProperty("data");
    const whole = await ada.expect<{ data: object }>(201, `${at}/revisions/2/restore`, { body: { data: true } });
    expect(whole.data).toEqual({ snapshotId: expect.stringMatching(/^snap_/) });
    expect((await ada.expect<Page<DataRow>>(200, `${data}/tables/todo/rows`)).data).toMatchObject([{ title: "kept" }]);
    const audit = await ada.expect<Page<{ action: string; subject: string }>>(200, "/v1/audit");
    const restored = audit.data.filter(({ action }) => action === "data.restored");
    expect(restored).toMatchObject([{ subject: at.replace("/v1/projects/", "") }]);
  });

  it("a restore with data returns 410 and changes no code if the revision's snapshot has expired", async () => {
    const project = await newProject();
    const { ada, at, data } = project;
    await run(project, "done INTEGER");
    await run(project, "done INTEGER, more TEXT", "/api?drop");
    const [before] = (await ada.expect<Page<DataSnapshot>>(200, `${data}/snapshots`)).data;
    await ada.expect(204, `${data}/snapshots/${before?.id}`, { method: "DELETE" });
    const { head } = await ada.expect<{ head: number }>(200, at);
    const refused = await ada.problem(410, `${at}/revisions/2/restore`, { body: { data: true } });
    expect(refused).toMatchObject({ code: "snapshot_expired", detail: expect.stringContaining("no longer kept") });
    expect((await ada.expect<{ head: number }>(200, at)).head).toBe(head);
  });

  it("the published app has data of its own", async () => {
    const project = await newProject();
    const { ada, at, data } = project;
    await run(project, "done INTEGER");
    await ada.expect(201, `${data}/tables/todo/rows`, { body: { values: { title: "of the preview" } } });
    const { url } = await ada.expect<{ url: string }>(200, `${at}/publish`, { method: "POST" });
    expect(await (await door.fetch(new URL("/api", url))).text()).toBe("ok");
    const published = `${at}/data/public/tables`;
    const { data: tables } = await ada.expect<Page<DataTable>>(200, published);
    expect(tables.find(({ name }) => name === "todo")?.rowCount).toBe(0);
    await ada.expect(201, `${published}/todo/rows`, { body: { values: { title: "by its owner" } } });
    expect((await ada.expect<Page<DataRow>>(200, `${data}/tables/todo/rows`)).data.length).toBe(1);
  });
});

const worker = `export default { async fetch(request, env) {
  await env.DB.exec("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)");
  return new Response("ok");
} };`;

describe("a D1 database over the API", () => {
  it("A D1 database is listed, changed, queried and exported by its name", async () => {
    const project = await newProject();
    const { ada, at, data } = project;
    const wrangler = JSON.stringify({
      main: "worker.js",
      d1_databases: [{ binding: "DB", database_name: "my notes", database_id: "any" }],
    });
    const operations = [
      { op: "write", path: "wrangler.jsonc", content: wrangler },
      { op: "write", path: "worker.js", content: worker },
    ];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    await answered(project);
    expect((await ada.expect<Page<object>>(200, `${data}/databases`)).data).toEqual([{ name: "my notes" }]);
    const named = `database=${encodeURIComponent("my notes")}`;
    await ada.expect(201, `${data}/tables/note/rows?${named}`, { body: { values: { text: "a" } } });
    const rows = await ada.expect<Page<DataRow>>(200, `${data}/tables/note/rows?${named}`);
    expect(rows.data).toEqual([{ rowid: 1, id: 1, text: "a" }]);
    const body = { sql: "SELECT count(*) AS n FROM note" };
    expect(await ada.expect(200, `${data}/query?${named}`, { body })).toMatchObject({ rows: [{ n: 1 }] });
    expect(await (await ada.request(`${data}/export.sql?${named}`)).text()).toContain('INSERT INTO "note"');
    expect((await ada.problem(404, `${data}/tables?database=none`)).detail).toBe("Database not found.");
    const both = await ada.problem(422, `${data}/tables?${named}&object=App:${"0".repeat(64)}`);
    expect(both.code).toBe("invalid_request");
  });
});
