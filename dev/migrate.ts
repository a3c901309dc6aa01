import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";

/** The folder of all migrations. */
export const MIGRATIONS = fileURLToPath(new URL("../drizzle/migrations", import.meta.url));

/**
 * Migrates a database to the newest schema (drizzle/migrations) over an ordinary PostgreSQL connection. Idempotent; an
 * advisory lock serialises concurrent calls.
 * @param folder another folder of migrations, for an older schema
 * @throws Error when the folder has no migrations; otherwise the error of PostgreSQL
 */
export async function applyMigrations(databaseUrl: string, folder = MIGRATIONS): Promise<void> {
  if (!existsSync(`${folder}/meta/_journal.json`))
    throw new Error("drizzle/migrations is missing: npm run db:generate");
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('edgesmith migrations'))");
    await client.query("SET client_min_messages = warning");
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    await client.end();
  }
}

async function main(): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("Set DATABASE_URL to the database to migrate.");
  await applyMigrations(url);
  console.log("The database has the newest schema.");
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
