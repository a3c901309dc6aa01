import { sql } from "drizzle-orm";
import { type Database, executeIdempotent, type Statement } from "../../database/index.ts";

/** How long rows of a table are kept after the moment in `column`. `where`, if any, is that of the index which serves it, or leaves few rows out. */
export type Retention = { table: string; column: string; days: number; where?: string };

/** What docs/database.md says in words. */
export const retentions: Retention[] = [
  // A webhook's deliveries go with their events; one that is sent again later has a row of its own.
  { table: "event", column: "created_at", days: 30 },
  { table: "delivery", column: "created_at", days: 30 },
  // A commit is sent again within minutes, or a day under an Idempotency-Key; a start also as often as its delivery comes.
  { table: "operation", column: "created_at", days: 7, where: "kind <> 'run.created'" },
  { table: "operation", column: "created_at", days: 40, where: "kind = 'run.created'" },
  // What waits for its trigger to be enabled would otherwise be taken for a lost run, and start.
  { table: "trigger_receipt", column: "created_at", days: 30, where: "outcome IS DISTINCT FROM 'queued'" },
  { table: "idempotency", column: "created_at", days: 1 },
  { table: "session", column: "expires_at", days: 1 },
  { table: "verification", column: "expires_at", days: 1 },
  { table: "api_token", column: "revoked_at", days: 30, where: "revoked_at IS NOT NULL" },
  { table: "audit", column: "created_at", days: 400 },
  { table: "spending", column: "day", days: 40 },
  // A report covers a year, of which the last day may be a year ago.
  { table: "usage", column: "day", days: 800 },
  { table: "platform_spending", column: "day", days: 400 },
];

const rowsAtOnce = 1_000;
/** A table that is behind by more goes on with the next sweep. */
const maxBatches = 20;

/** Deletes the oldest rows of a table that are kept no longer, so many of them. */
export const deleteOld = (db: Database, { table, column, days, where = "true" }: Retention, limit: number) =>
  db.execute(sql`
    DELETE FROM ${sql.identifier(table)} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${sql.identifier(table)}
      WHERE ${sql.identifier(column)} < now() - make_interval(days => ${days}) AND ${sql.raw(where)}
      ORDER BY ${sql.identifier(column)} LIMIT ${limit} FOR UPDATE SKIP LOCKED))`) satisfies Statement;

/**
 * Deletes what is kept no longer, table after table, in batches. A table that fails does not keep the next ones from it.
 * @throws AggregateError of what failed, after all of them
 */
export async function sweepRetention(database: Database): Promise<void> {
  const failures: unknown[] = [];
  for (const retention of retentions) {
    await sweepTable(database, retention).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some tables could not be swept.");
}

async function sweepTable(database: Database, retention: Retention): Promise<void> {
  for (let batch = 1; batch <= maxBatches; batch += 1) {
    const { rowCount } = await executeIdempotent(deleteOld(database, retention, rowsAtOnce));
    if ((rowCount ?? 0) < rowsAtOnce) return;
  }
}
