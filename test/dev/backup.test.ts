import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backUp } from "../../dev/backup/back-up.ts";
import { fileOf, MANIFEST, readManifest } from "../../dev/backup/manifest.ts";
import { migrateAsBackedUp } from "../../dev/backup/older-schema.ts";
import { reportBackup } from "../../dev/backup/report-backup.ts";
import { restore } from "../../dev/backup/restore.ts";
import { applyMigrations, MIGRATIONS } from "../../dev/migrate.ts";
import { type Postgres, startPostgres } from "../../dev/postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "edgesmith-backup-"));
let postgres: Postgres;
let source = "";

const CONTENTS = "Line 1\n\tTab \\ Umlaut äöü \\N \r\n";

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  source = await emptyDatabase();
  await applyMigrations(source);
  await query(source, `INSERT INTO "user" (id, name, email) VALUES ('usr_ada', $1, 'ada@example.com')`, [CONTENTS]);
  await query(source, `INSERT INTO project (id, owner_id, name, space) VALUES ('prj_1', 'usr_ada', 'Mine', 'prj_1')`);
  await query(
    source,
    `INSERT INTO webhook (id, owner_id, url, events, sealed_secret)
     VALUES ('whk_1', 'usr_ada', 'https://hooks.example/in', '{run.completed}', 'sealed')`,
  );
}, 60_000);

afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const emptyDatabase = () => postgres.createDatabase(`db_${crypto.randomUUID().slice(0, 8)}`);
const newFolder = () => join(folder, `backup-${crypto.randomUUID().slice(0, 8)}`);

async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Returns the rows of each table as text, including generated columns. */
async function contentsOf(url: string): Promise<Map<string, string[]>> {
  const tables = await query(
    url,
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  const contents = new Map<string, string[]>();
  for (const { relname } of tables) {
    const name = pg.escapeIdentifier(String(relname));
    const rows = await query(url, `SELECT t::text AS row FROM public.${name} t ORDER BY 1`);
    contents.set(
      String(relname),
      rows.map(({ row }) => String(row)),
    );
  }
  return contents;
}

/** Returns the schema definitions that a restore must preserve. */
const definitionsOf = (url: string) =>
  query(
    url,
    `SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS text FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT tgrelid::regclass::text || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
     ORDER BY 1`,
  );

describe("A backup", () => {
  it("A restored backup has every row, constraint and trigger of the database", async () => {
    const made = newFolder();
    const { tables } = await backUp(source, made);
    expect(tables.find(({ name }) => name === "user")).toMatchObject({ rows: 1 });
    const target = await emptyDatabase();
    await restore(made, target);
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect(await definitionsOf(target)).toEqual(await definitionsOf(source));
    expect(await query(target, 'SELECT name FROM "user"')).toEqual([{ name: CONTENTS }]);
  });

  it("A restored project publishes again under a number that the preview Worker has not seen", async () => {
    await query(source, `UPDATE project SET publication = 3, visibility = 'public', published_revision = 1`);
    const made = newFolder();
    await backUp(source, made);
    const target = await emptyDatabase();
    await restore(made, target);
    expect(await query(target, "SELECT publication, published_revision FROM project")).toEqual([
      { publication: 1_000_003, published_revision: 1 },
    ]);
    expect(await query(target, "SELECT project_id, number FROM publication_outbox WHERE due_at <= now()")).toEqual([
      { project_id: "prj_1", number: 1_000_003 },
    ]);
  });

  it("A failed backup leaves no folder, and no backup overwrites another", async () => {
    const made = newFolder();
    await expect(backUp(await emptyDatabase(), made)).rejects.toThrow("__drizzle_migrations");
    expect(existsSync(made)).toBe(false);
    await backUp(source, made);
    await expect(backUp(source, made)).rejects.toThrow("exists");
  });

  it("A backup of an older schema is restored and then migrated to the newest one", async () => {
    const older = await emptyDatabase();
    const made = newFolder();
    await backUp(source, made);
    const all = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash }) => hash);
    expect(readManifest(made).migrations).toEqual(all);
    await migrateAsBackedUp(older, all.slice(0, -1));
    await query(older, `INSERT INTO "user" (id, name, email) VALUES ('usr_old', 'Old', 'old@example.com')`);
    const oldBackup = newFolder();
    await backUp(older, oldBackup);
    expect(readManifest(oldBackup).migrations).toEqual(all.slice(0, -1));
    const target = await emptyDatabase();
    await restore(oldBackup, target);
    expect(await query(target, `SELECT id FROM "user"`)).toEqual([{ id: "usr_old" }]);
    expect(await query(target, "SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations")).toEqual([
      { n: all.length },
    ]);
  });
});

describe("A restore", () => {
  it("A restore refuses a damaged file before it touches the database", async () => {
    const made = newFolder();
    await backUp(source, made);
    appendFileSync(fileOf(made, "user"), "x");
    const target = await emptyDatabase();
    await expect(restore(made, target)).rejects.toThrow("The file of the table user is damaged.");
    expect(await contentsOf(target)).toEqual(new Map());
  });

  it("A restore refuses a database that has tables", async () => {
    const made = newFolder();
    await backUp(source, made);
    await expect(restore(made, source)).rejects.toThrow("The database is not empty");
  });

  it("A restore refuses a folder without a manifest, and a backup of newer code", async () => {
    const made = newFolder();
    await expect(restore(made, source)).rejects.toThrow("is not a complete backup");
    await backUp(source, made);
    const manifest = readManifest(made);
    const newer = { ...manifest, migrations: [...manifest.migrations, "f".repeat(64)] };
    writeFileSync(join(made, MANIFEST), JSON.stringify(newer));
    await expect(restore(made, await emptyDatabase())).rejects.toThrow("from a newer version");
  });

  it("A restore whose rows break a foreign key leaves no rows", async () => {
    const made = newFolder();
    await backUp(source, made);
    const manifest = readManifest(made);
    const tables = manifest.tables.map((table) => (table.name === "user" ? emptied(made, table) : table));
    writeFileSync(join(made, MANIFEST), JSON.stringify({ ...manifest, tables }));
    const target = await emptyDatabase();
    await expect(restore(made, target)).rejects.toThrow("violates foreign key");
    expect((await contentsOf(target)).get("project")).toEqual([]);
  });
});

/** Rewrites a table's file as if the table had no rows. */
function emptied(made: string, table: ReturnType<typeof readManifest>["tables"][number]) {
  const other = readManifest(made).tables.find(({ rows }) => rows === 0) ?? expect.fail("no table is empty");
  writeFileSync(fileOf(made, table.name), readFileSync(fileOf(made, other.name)));
  return { ...table, rows: 0, sha256: other.sha256 };
}

it("A finished backup is recorded in the database that it was made of, once", async () => {
  const { at, tables } = await backUp(source, newFolder());
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  await reportBackup(source, { at, rows });
  await reportBackup(source, { at, rows });
  // The column has millisecond precision, and the manifest has microseconds.
  const isSame = "SELECT rows, abs(extract(epoch FROM at - $1::timestamptz)) < 0.001 AS same FROM backup";
  expect(await query(source, isSame, [at])).toEqual([{ rows: String(rows), same: true }]);
});
