import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { z } from "zod";
import { applyMigrations, MIGRATIONS } from "../migrate.ts";

const JOURNAL = "meta/_journal.json";
const journalSchema = z.looseObject({ entries: z.array(z.unknown()) });

/**
 * Gives an empty database the schema of an older or the same version of Edgesmith.
 * @param applied hashes of the migrations of that version, in order
 * @throws Error when the migrations of this version do not begin with these
 */
export async function migrateAsBackedUp(databaseUrl: string, applied: string[]): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash }) => hash);
  if (applied.some((hash, index) => hash !== known[index])) {
    throw new Error("The backup is from a newer version of Edgesmith. Restore it with that version.");
  }
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-migrations-"));
  try {
    cpSync(MIGRATIONS, folder, { recursive: true });
    const journal = journalSchema.parse(JSON.parse(readFileSync(join(folder, JOURNAL), "utf8")));
    const older = { ...journal, entries: journal.entries.slice(0, applied.length) };
    writeFileSync(join(folder, JOURNAL), JSON.stringify(older));
    await applyMigrations(databaseUrl, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
