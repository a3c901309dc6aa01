import pg from "pg";

/**
 * Records a finished backup in the database that it copies, so that an alert fires when the next backup is missing.
 * @param at the moment of the backup's snapshot, as RFC 3339
 */
export async function reportBackup(databaseUrl: string, { at, rows }: { at: string; rows: number }): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("INSERT INTO backup (at, rows) VALUES ($1, $2) ON CONFLICT (at) DO NOTHING", [at, rows]);
  } finally {
    await client.end();
  }
}
