import { Client } from "pg";

/**
 * Removes the lock from the SQL function that every batch calls first, so that two batches can work on the same head.
 */
export async function withoutRowLock(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ definition: string }>(
      "SELECT pg_get_functiondef('lock_project'::regproc) AS definition",
    );
    const definition = rows[0]?.definition ?? "";
    const mutated = definition.replace(" FOR UPDATE", "");
    if (mutated === definition) throw new Error("lock_project takes no lock that could be taken away");
    await client.query(mutated);
  } finally {
    await client.end();
  }
}
