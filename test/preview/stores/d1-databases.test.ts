import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { PreviewApp } from "../../../preview/app/preview-app.ts";
import { MAX_KEPT_STORES } from "../../../preview/app/stores/store-facets.ts";
import { appObject, type Preview, preview } from "../preview.ts";

const wrangler = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    main: "worker.ts",
    d1_databases: [{ binding: "DB", database_name: "notes", database_id: "00000000-0000-0000-0000-000000000000" }],
    ...more,
  });

/** A server that returns the JSON of this function's body for each request. */
const server = (body: string) => `import { env as imported } from "cloudflare:workers";
const caught = async (work: () => unknown) => { try { return await work(); } catch (error) { return (error as Error).message; } };
export default { async fetch(request: Request, env: any) { const { pathname } = new URL(request.url); ${body} } };`;

const appThat = (body: string, files: Record<string, string> = {}): Promise<Preview> =>
  preview({ "wrangler.jsonc": wrangler(), "worker.ts": server(body), ...files });

async function answerOf(app: Preview, path = "/x"): Promise<unknown> {
  const response = await app.get(path);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

const COUNT = `
  await env.DB.exec("CREATE TABLE IF NOT EXISTS visit (n)");
  await env.DB.exec("INSERT INTO visit VALUES (1)");
  return Response.json(await env.DB.prepare("SELECT count(*) AS n FROM visit").first("n"));`;

describe("the data of a D1 database", () => {
  it("a D1 database keeps its data when the code changes, in the preview and in public apart, until it is emptied", async () => {
    const app = await appThat(COUNT);
    expect((await app.prepare()).diagnostics).toEqual([]);
    expect([await answerOf(app), await answerOf(app)]).toEqual([1, 2]);
    await app.write({ "wrangler.jsonc": wrangler(), "worker.ts": server(`/* changed */ ${COUNT}`) });
    expect(await answerOf(app)).toBe(3);
    await app.publish(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(1);
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app)).toBe(1);
    expect(JSON.parse(await app.publicText("/x"))).toBe(2);
  });

  it("a D1 database belongs to its name, so that another id or binding keeps its data", async () => {
    const app = await appThat(COUNT);
    expect(await answerOf(app)).toBe(1);
    const databases = [
      { binding: "DB", database_name: "notes", database_id: "another" },
      { binding: "SAME", database_name: "notes", database_id: "another" },
      { binding: "OTHER", database_name: "other", database_id: "third" },
    ];
    const body = `await env.SAME.exec("INSERT INTO visit VALUES (1)"); await env.OTHER.exec("CREATE TABLE only_here (a)"); ${COUNT}`;
    await app.write({ "wrangler.jsonc": wrangler({ d1_databases: databases }), "worker.ts": server(body) });
    expect(await answerOf(app)).toBe(3);
  });

  it("a D1 database is the same in a handler's env, in an imported one and in a Durable Object's", async () => {
    const app = await preview({
      "wrangler.jsonc": wrangler({ durable_objects: { bindings: [{ name: "ROOMS", class_name: "Room" }] } }),
      "worker.ts": `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject<any> { count() { return this.env.DB.prepare("SELECT count(*) AS n FROM t").first("n"); } }
${server(`await env.DB.exec("CREATE TABLE t (a)"); await imported.DB.exec("INSERT INTO t VALUES (1)");
return Response.json([env.DB === imported.DB, await env.ROOMS.getByName("a").count()]);`)}`,
    });
    expect(await answerOf(app)).toEqual([true, 1]);
  });

  it("a D1 database serves the functions of Cloudflare Pages and an App of src/server.ts", async () => {
    const pages = await preview({
      "index.html": "<p>page</p>",
      "wrangler.toml": '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "notes"\ndatabase_id = "x"\n',
      "functions/count.ts":
        'export const onRequest = async ({ env }: any) => Response.json(await env.DB.prepare("SELECT 5 AS n").first("n"));',
    });
    expect(await answerOf(pages, "/count")).toBe(5);
    const own = await preview({
      "wrangler.jsonc": wrangler({ main: undefined }),
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject<any> { async fetch() { return Response.json(await this.env.DB.prepare("SELECT 6 AS n").first("n")); } }`,
    });
    expect(await answerOf(own)).toBe(6);
  });
});

describe("the migrations of a D1 database", () => {
  const TABLES = `return Response.json(await env.DB.prepare("SELECT name FROM d1_migrations ORDER BY id").raw().then((rows: string[][]) => rows.flat()));`;
  const folder = (files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).map(([name, sql]) => [`migrations/${name}`, sql]));

  it("a D1 database has its migrations applied in order, once each, as wrangler records them", async () => {
    const first = folder({
      "0002_seed.sql": "INSERT INTO note (text) VALUES ('one;');\nINSERT INTO note (text) VALUES ('two');",
      "0001_create.sql":
        "-- Migration number: 0001\nCREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);\nCREATE TRIGGER upper AFTER INSERT ON note BEGIN UPDATE note SET text = upper(text) WHERE id = new.id; END;",
      "0010_empty.sql": "-- nothing to do\n",
      "readme.md": "no migration",
      "old/0000_never.sql": "DROP TABLE note;",
    });
    const app = await appThat(TABLES, first);
    expect(await answerOf(app)).toEqual(["0001_create.sql", "0002_seed.sql", "0010_empty.sql"]);
    await app.write({
      "wrangler.jsonc": wrangler(),
      "worker.ts": server(
        `return Response.json([...await env.DB.prepare("SELECT text FROM note").raw(), await env.DB.prepare("SELECT count(*) AS n FROM d1_migrations").first("n"), typeof (await env.DB.prepare("SELECT applied_at FROM d1_migrations").first("applied_at"))]);`,
      ),
      ...first,
      ...folder({ "0011_more.sql": "INSERT INTO note (text) VALUES ('three');" }),
    });
    expect(await answerOf(app)).toEqual([["ONE;"], ["TWO"], ["THREE"], 4, "string"]);
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app)).toEqual([["ONE;"], ["TWO"], ["THREE"], 4, "string"]);
    expect(await app.builder.logs(app.projectId, 50)).toEqual([]);
  });

  it("a D1 database follows migrations_dir, migrations_table and migrations_pattern", async () => {
    const database = {
      binding: "DB",
      database_name: "notes",
      database_id: "x",
      migrations_dir: "./drizzle",
      migrations_table: "done",
    };
    const app = await appThat(`return Response.json(await env.DB.prepare("SELECT name FROM done").raw());`, {
      "wrangler.jsonc": wrangler({ d1_databases: [{ ...database, migrations_pattern: "drizzle/*/migration.sql" }] }),
      "drizzle/20260101_first/migration.sql": "CREATE TABLE a (b);--> statement-breakpoint\nCREATE TABLE c (d);",
      "drizzle/20250101_before/migration.sql": "SELECT 1;",
      "drizzle/0001_not_this.sql": "nonsense",
    });
    expect(await answerOf(app)).toEqual([["20250101_before/migration.sql"], ["20260101_first/migration.sql"]]);
  });

  it("a D1 database keeps the migrations before one that fails, and the log says which failed and why", async () => {
    const app = await appThat(
      `return Response.json([await env.DB.prepare("SELECT name FROM d1_migrations").raw(), await caught(() => env.DB.prepare("SELECT * FROM half").all())]);`,
      folder({
        "0001_good.sql": "CREATE TABLE good (a);",
        "0002_bad.sql": "CREATE TABLE half (a);\nINSERT INTO missing VALUES (1);",
        "0003_after.sql": "CREATE TABLE after (a);",
      }),
    );
    const expected = [[["0001_good.sql"]], "D1_ERROR: no such table: half: SQLITE_ERROR"];
    expect([await answerOf(app), await answerOf(app)]).toEqual([expected, expected]);
    expect(await app.builder.logs(app.projectId, 50)).toMatchObject([
      {
        source: "build",
        level: "error",
        path: "migrations/0002_bad.sql",
        message: "The migration 0002_bad.sql of DB failed, and was not applied: no such table: missing: SQLITE_ERROR",
      },
    ]);
  });

  it("a D1 database says in a build's diagnostics that its migrations are too large, or its databases too many", async () => {
    const large = await appThat("return new Response();", folder({ "0001.sql": `SELECT '${"x".repeat(1_000_000)}';` }));
    expect((await large.prepare()).diagnostics).toMatchObject([
      { path: "wrangler.jsonc", severity: "error", message: expect.stringContaining("have 1.0 MB together") },
    ]);
    const databases = Array.from({ length: 11 }, (_, n) => ({
      binding: `DB${n}`,
      database_name: `db${n}`,
      database_id: "x",
    }));
    const many = await appThat("return new Response();", { "wrangler.jsonc": wrangler({ d1_databases: databases }) });
    const { ok, diagnostics } = await many.prepare();
    expect([ok, diagnostics[0]?.message]).toEqual([false, "The app binds 11 D1 databases; the maximum is 10."]);
  });
});

describe("a D1 database and hostile code", () => {
  it("a D1 database cannot be reached by another project, whatever its code sends to its own gateway", async () => {
    const owner = await appThat(
      `await env.DB.exec("CREATE TABLE secret (word)"); await env.DB.exec("INSERT INTO secret VALUES ('canary')"); return Response.json("stored");`,
    );
    expect(await answerOf(owner)).toBe("stored");
    const thief = await appThat(`
      const gateway = env.DB.session.gateway;
      const body = JSON.stringify([{ sql: "SELECT * FROM secret" }]) + "\\n";
      const address = { projectId: ${JSON.stringify(owner.projectId)}, kind: "d1", name: "notes", app: { projectId: ${JSON.stringify(owner.projectId)}, kind: "preview" } };
      const post = (url: string, headers = {}) => gateway.fetch(url, { method: "POST", body, headers }).then((response: Response) => response.text());
      const answers = [];
      for (const attack of [
        () => post("http://store/query?" + new URLSearchParams(address as any)), () => post("http://" + address.projectId + "/query"), () => post("http://store/../" + address.projectId + "/query"),
        () => post("http://store/query", { "x-edgesmith-object": JSON.stringify(address), "x-edgesmith-store": JSON.stringify(address) }),
        () => post("http://store/migrate"), () => post("http://store/constructor"), () => post("http://store/__proto__"),
        () => gateway.fetchStore(address, new Request("http://store/query", { method: "POST", body })), () => gateway.migrate("t", []), () => gateway.env.APPS.getByName(address.projectId).buildSummary(),
        () => { gateway.props = address; return post("http://store/query"); }, () => { gateway.ctx = { props: address }; return post("http://store/query"); },
      ]) answers.push(JSON.stringify(await caught(attack) ?? null));
      return Response.json(answers);`);
    const answers = await answerOf(thief);
    expect(answers).toHaveLength(12);
    expect(JSON.stringify(answers)).not.toContain("canary");
  });

  it("a D1 database is full at 100 MB: writes fail with 507 where nothing catches it, reads and deletes go on", async () => {
    const app = await appThat(`
      if (pathname === "/fill") {
        await env.DB.exec("CREATE TABLE IF NOT EXISTS big (bytes BLOB)");
        const insert = env.DB.prepare("INSERT INTO big VALUES (zeroblob(1900000))");
        for (let round = 0; round < 5; round += 1) await env.DB.batch(new Array(10).fill(insert));
        for (let row = 0; row < 10; row += 1) await insert.run();
        return Response.json("filled");
      }
      if (pathname === "/write") return Response.json(await env.DB.prepare("INSERT INTO big VALUES (1)").run());
      if (pathname === "/empty") return Response.json((await env.DB.prepare("DELETE FROM big").run()).success);
      return Response.json(await env.DB.prepare("SELECT count(*) AS n FROM big").first("n"));`);
    const filled = await app.get("/fill");
    expect(filled.status).toBe(507);
    expect(await filled.text()).toContain("it may hold 100 MB");
    expect((await app.get("/write")).status).toBe(507);
    expect(await answerOf(app, "/count")).toBeGreaterThan(50);
    expect(await answerOf(app, "/empty")).toBe(true);
    expect(await answerOf(app, "/write")).toMatchObject({ success: true });
  });

  it("a D1 database refuses a result of more than 16 MB, and answers the next query", async () => {
    const app = await appThat(`
      const many = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 30) SELECT hex(zeroblob(300000)) AS text FROM c";
      return Response.json([await caught(() => env.DB.prepare(many).all()), await env.DB.prepare("SELECT 1 AS n").first("n")]);`);
    expect(await answerOf(app)).toEqual(["D1_ERROR: The result has more than 16 MB. Read fewer rows at once.", 1]);
  });

  it("a D1 database refuses a write whose RETURNING has more than 16 MB, rolls it back, and keeps the earlier rows", async () => {
    const app = await appThat(`
      await env.DB.exec("CREATE TABLE big (text)");
      await env.DB.exec("INSERT INTO big VALUES ('kept')");
      const many = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 30) INSERT INTO big SELECT hex(zeroblob(300000)) FROM c RETURNING text";
      return Response.json([await caught(() => env.DB.prepare(many).all()), await env.DB.prepare("SELECT count(*) AS n FROM big").first("n")]);`);
    expect(await answerOf(app)).toEqual(["D1_ERROR: The result has more than 16 MB. Read fewer rows at once.", 1]);
  });

  it("a D1 database rolls back a batch whose deferred foreign keys are violated at its end, and goes on", async () => {
    const app = await appThat(`
      await env.DB.exec("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
      await env.DB.exec("CREATE TABLE child (parent INTEGER REFERENCES parent (id))");
      const batch = [env.DB.prepare("PRAGMA defer_foreign_keys = on"), env.DB.prepare("INSERT INTO child VALUES (9)")];
      return Response.json([await caught(() => env.DB.batch(batch)), await env.DB.prepare("SELECT count(*) AS n FROM child").first("n"), await caught(() => env.DB.prepare("INSERT INTO child VALUES (9)").run())]);`);
    const message =
      "D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)";
    expect(await answerOf(app)).toEqual([message, 0, message]);
  });

  it("a D1 database refuses statements without SQL, and says that dump() is gone", async () => {
    const app = await appThat(
      `return Response.json([await caught(() => env.DB.batch([{}])), await caught(() => env.DB.dump())]);`,
    );
    expect(await answerOf(app)).toEqual([
      "D1_ERROR: A statement's SQL must be a string.",
      expect.stringContaining("dump() is not supported"),
    ]);
  });

  it("an app keeps the data of at most 40 D1 databases and KV namespaces", async () => {
    const app = await appThat(COUNT);
    await app.prepare();
    await runInDurableObject(appObject(app.projectId), (_: PreviewApp, { storage }) => {
      for (let count = 0; count < MAX_KEPT_STORES; count += 1) storage.kv.put(`store:d1:old${count}`, true);
    });
    const refused = await app.get("/x");
    expect([refused.status, await refused.text()]).toEqual([
      500,
      expect.stringContaining("The app keeps the data of 40"),
    ]);
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app)).toBe(1);
  });
});
