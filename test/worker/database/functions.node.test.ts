import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations } from "../../../dev/migrate.ts";
import { type Postgres, startPostgres } from "../../../dev/postgres.ts";

// Compares the files in drizzle/functions with the functions of a migrated database, in a real PostgreSQL.

const drizzleFolder = join(import.meta.dirname, "../../../drizzle");
const files = globSync("functions/**/*.sql", { cwd: drizzleFolder }).sort();
const textOf = (file: string) => readFileSync(join(drizzleFolder, file), "utf8");

let folder: string;
let postgres: Postgres;
let client: pg.Client;

const open = async (url: string): Promise<pg.Client> => {
  const opened = new pg.Client({ connectionString: url });
  await opened.connect();
  return opened;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgesmith-functions-"));
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const url = await postgres.createDatabase("migrated");
  await applyMigrations(url);
  client = await open(url);
}, 60_000);

afterAll(async () => {
  await client.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns every function of the database by name, as PostgreSQL prints it; overloads of one name are one entry */
async function functionsOf(database: pg.Client): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string; text: string }>(`
    SELECT proname AS name, string_agg(pg_get_functiondef(p.oid), E'\\n' ORDER BY p.oid) AS text
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace GROUP BY proname`);
  return Object.fromEntries(rows.map(({ name, text }) => [name, text]));
}

describe("drizzle/functions", () => {
  it("Every function of a migrated database has one file, and no file is left over", async () => {
    const names = files.map((file) => basename(file, ".sql"));
    expect(names.sort()).toEqual(Object.keys(await functionsOf(client)).sort());
  });

  it("A migrated database has the text of every file", async () => {
    const migrated = await functionsOf(client);
    await client.query("BEGIN");
    for (const file of files) await client.query(textOf(file));
    const written = await functionsOf(client);
    await client.query("ROLLBACK");
    expect(written).toEqual(migrated);
  });

  it("Every function has a comment above it that says what it does", () => {
    const withoutComment = files.filter(
      (file) => !/^-- \S.*\n(-- .*\n)*CREATE OR REPLACE FUNCTION (\w+)\(/.test(textOf(file)),
    );
    expect(withoutComment).toEqual([]);
  });
});

describe("migration 0025, which renames functions, a column and a table", () => {
  /** Creates a database in the state before this migration. */
  async function databaseBefore(name: string): Promise<string> {
    const migrations = join(folder, name);
    cpSync(join(drizzleFolder, "migrations"), migrations, { recursive: true });
    const journal: { entries: { idx: number }[] } = JSON.parse(textOf("migrations/meta/_journal.json"));
    const entries = journal.entries.filter(({ idx }) => idx < 25);
    writeFileSync(join(migrations, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
    const url = await postgres.createDatabase(name);
    const before = await open(url);
    await migrate(drizzle(before), { migrationsFolder: migrations });
    await before.query(`INSERT INTO "user" (id, name, email) VALUES ('usr_a', 'Ada', 'ada@example.com')`);
    await before.query("INSERT INTO spending (owner_id, day, spent, told) VALUES ('usr_a', '2026-11-28', 80, 80)");
    await before.query("INSERT INTO untold_publication (project_id, number) VALUES ('prj_a', 3)");
    await before.end();
    return url;
  }

  it("The migration keeps the rows of a database that exists", async () => {
    const url = await databaseBefore("kept");
    await applyMigrations(url);
    const migrated = await open(url);
    const spending = await migrated.query("SELECT spent, notified_percent FROM spending");
    const outbox = await migrated.query("SELECT project_id, number FROM publication_outbox");
    await migrated.end();
    expect(spending.rows).toEqual([{ spent: "80", notified_percent: 80 }]);
    expect(outbox.rows).toEqual([{ project_id: "prj_a", number: 3 }]);
  });

  it("A Worker of the version before writes the outbox and emits events by the former names", async () => {
    const url = await databaseBefore("live");
    await applyMigrations(url);
    const worker = await open(url);
    const upsert = `INSERT INTO untold_publication (project_id, number) VALUES ('prj_a', $1)
      ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at`;
    await worker.query(upsert, [4]);
    await worker.query("SELECT tell('evt_a', 'usr_a', NULL, 'run.completed', '{}')");
    await worker.query("UPDATE spending SET spent = 100");
    await worker.query("SELECT tell_budget('usr_a', '2026-11-28', 100, 'evt_b')");
    const outbox = await worker.query("SELECT number, due_at > now() AS waits FROM publication_outbox");
    const events = await worker.query("SELECT id, type, data ->> 'percent' AS percent FROM event ORDER BY id");
    const ended = await worker.query("DELETE FROM untold_publication WHERE project_id = 'prj_a' RETURNING number");
    await worker.end();
    expect(outbox.rows).toEqual([{ number: 4, waits: true }]);
    expect(ended.rows).toEqual([{ number: 4 }]);
    expect(events.rows).toEqual([
      { id: "evt_a", type: "run.completed", percent: null },
      { id: "evt_b", type: "budget.threshold", percent: "100" },
    ]);
  });
});
