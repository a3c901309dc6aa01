import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { z } from "zod";
import { applyMigrations } from "../migrate.ts";
import { type BackedUpTable, fileOf, type Manifest, readManifest, sha256Of } from "./manifest.ts";
import { migrateAsBackedUp } from "./older-schema.ts";

const names = z.array(z.object({ name: z.string() }));
const constraints = z.array(z.object({ table: z.string(), name: z.string(), definition: z.string() }));
type Constraint = z.infer<typeof constraints>[number];

const TABLES = "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
const FOREIGN_KEYS = `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid, conname`;

/**
 * Restores a backup into an empty database, and checks rows, sequences and foreign keys before the commit.
 * @param databaseUrl a database without tables
 * @returns the backup's manifest
 * @throws Error with a message for the operator, after a rollback of all rows
 */
export async function restore(folder: string, databaseUrl: string): Promise<Manifest> {
  const manifest = readManifest(folder);
  for (const { name, sha256 } of manifest.tables) {
    if ((await sha256Of(fileOf(folder, name))) !== sha256) throw new Error(`The file of the table ${name} is damaged.`);
  }
  await connected(databaseUrl, requireEmpty);
  await migrateAsBackedUp(databaseUrl, manifest.migrations);
  await connected(databaseUrl, (client) => copyAll(client, folder, manifest));
  await applyMigrations(databaseUrl);
  await connected(databaseUrl, publishAgain);
  return manifest;
}

/**
 * More publications than a project had between the backup and the restore. The preview Worker ignores a publication whose
 * number is not greater than the newest that it knows.
 */
const SKIPPED_PUBLICATIONS = 1_000_000;

/** Makes the preview Worker publish and stage the apps again, each at the revision in the backup. */
async function publishAgain(client: pg.Client): Promise<void> {
  await client.query("BEGIN");
  await client.query("UPDATE project SET publication = publication + $1 WHERE publication > 0", [SKIPPED_PUBLICATIONS]);
  await client.query(`INSERT INTO publication_outbox (project_id, number, due_at)
    SELECT id, publication, now() FROM project WHERE publication > 0
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at`);
  await client.query("UPDATE staged_publication SET number = number + $1, due_at = now()", [SKIPPED_PUBLICATIONS]);
  await client.query("COMMIT");
}

async function connected<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function requireEmpty(client: pg.Client): Promise<void> {
  const tables = names.parse((await client.query(TABLES)).rows);
  if (tables.length > 0) {
    throw new Error(
      `The database is not empty: it has ${tables.length} tables. A backup is restored into a new database.`,
    );
  }
}

/** Disables triggers meanwhile, since the backup contains their counts, and recreates foreign keys, which checks them. */
async function copyAll(client: pg.Client, folder: string, { tables, sequences }: Manifest): Promise<void> {
  await client.query("BEGIN");
  const foreignKeys = constraints.parse((await client.query(FOREIGN_KEYS)).rows);
  const all = tables.map(({ name }) => pg.escapeIdentifier(name));
  for (const key of foreignKeys) await client.query(`ALTER TABLE ${key.table} DROP CONSTRAINT ${quoted(key)}`);
  for (const table of all) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await client.query(`TRUNCATE ${all.join(", ")}`); // Migrations insert rows that the backup contains too.
  for (const table of tables) await copyTable(client, folder, table);
  for (const table of all) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  for (const key of foreignKeys) {
    await client.query(`ALTER TABLE ${key.table} ADD CONSTRAINT ${quoted(key)} ${key.definition}`);
  }
  for (const { name, value, isCalled } of sequences) {
    await client.query("SELECT setval(quote_ident($1)::regclass, $2::bigint, $3)", [name, value, isCalled]);
  }
  await client.query("COMMIT");
  await client.query("ANALYZE");
}

const quoted = ({ name }: Constraint): string => pg.escapeIdentifier(name);

async function copyTable(client: pg.Client, folder: string, { name, columns, rows }: BackedUpTable): Promise<void> {
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const target = client.query(copyFrom(`COPY public.${pg.escapeIdentifier(name)} (${list}) FROM STDIN`));
  await pipeline(createReadStream(fileOf(folder, name)), createGunzip(), target);
  if (target.rowCount !== rows) throw new Error(`The table ${name} has ${target.rowCount} rows, not ${rows}.`);
}
