import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { z } from "zod";
import { type BackedUpTable, fileOf, MANIFEST, type Manifest, sha256Of } from "./manifest.ts";

const names = z.array(z.object({ name: z.string() }));
const times = z.tuple([z.object({ at: z.string() })]);
const columns = z.array(z.object({ name: z.string(), columns: z.array(z.string()) }));
const sequences = z.array(z.object({ name: z.string(), value: z.string(), isCalled: z.boolean() }));

const TABLES = `SELECT c.relname AS name,
    array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname`;

const SEQUENCES =
  "SELECT c.relname AS name FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'";

/**
 * Copies all tables of a database into a new folder, in one snapshot, while the database is in use.
 * @param folder must not exist; readable by its owner alone
 * @returns the manifest
 * @throws Error with a message for the operator, after it has removed the folder
 */
export async function backUp(databaseUrl: string, folder: string): Promise<Manifest> {
  if (existsSync(folder)) throw new Error(`${folder} exists. A backup is written into a new folder.`);
  const unfinished = `${folder}.unfinished-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const manifest = await copyAll(client, unfinished);
    await client.query("COMMIT");
    writeFileSync(join(unfinished, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    renameSync(unfinished, folder);
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function copyAll(client: pg.Client, folder: string): Promise<Manifest> {
  const [{ at }] = times.parse((await client.query("SELECT to_json(now()) #>> '{}' AS at")).rows);
  const applied = await client.query(`SELECT hash AS name FROM drizzle.__drizzle_migrations ORDER BY created_at, id`);
  const tables: BackedUpTable[] = [];
  for (const table of columns.parse((await client.query(TABLES)).rows))
    tables.push(await copyTable(client, folder, table));
  return {
    format: 1,
    at,
    migrations: names.parse(applied.rows).map(({ name }) => name),
    tables,
    sequences: await readSequences(client),
  };
}

async function copyTable(
  client: pg.Client,
  folder: string,
  { name, columns }: { name: string; columns: string[] },
): Promise<BackedUpTable> {
  const path = fileOf(folder, name);
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const source = client.query(copyTo(`COPY public.${pg.escapeIdentifier(name)} (${list}) TO STDOUT`));
  await pipeline(source, createGzip(), createWriteStream(path, { mode: 0o600 }));
  return { name, columns, rows: source.rowCount, sha256: await sha256Of(path) };
}

async function readSequences(client: pg.Client): Promise<Manifest["sequences"]> {
  const all: Manifest["sequences"] = [];
  for (const { name } of names.parse((await client.query(SEQUENCES)).rows)) {
    const text = `SELECT $1::text AS name, last_value::text AS value, is_called AS "isCalled" FROM public.${pg.escapeIdentifier(name)}`;
    all.push(...sequences.parse((await client.query(text, [name])).rows));
  }
  return all;
}
