import { sql } from "drizzle-orm";
import { type Database, executeIdempotent, type Statement } from "../../database/index.ts";

/**
 * The retention of a table's rows, counted from the moment in `column`. `where`, if any, is the predicate of the index
 * that serves the query, or excludes few rows.
 */
export type Retention = { table: string; column: string; days: number; where?: string };

/** The retention of each table, as documented in docs/database.md. */
export const retentions: Retention[] = [
  // A webhook's deliveries are deleted with their events; a redelivery has a row of its own.
  { table: "event", column: "created_at", days: 30 },
  { table: "delivery", column: "created_at", days: 30 },
  // A client retries a commit within minutes, or within a day under an Idempotency-Key; a sender can repeat a delivery,
  // and with it a start, for longer.
  { table: "operation", column: "created_at", days: 7, where: "kind <> 'run.created'" },
  { table: "operation", column: "created_at", days: 40, where: "kind = 'run.created'" },
  // Without its receipt, a run that waits for its trigger to be enabled would look like a lost run, and the cron would
  // start it.
  { table: "trigger_receipt", column: "created_at", days: 30, where: "outcome IS DISTINCT FROM 'queued'" },
  { table: "idempotency", column: "created_at", days: 1 },
  { table: "session", column: "expires_at", days: 1 },
  { table: "verification", column: "expires_at", days: 1 },
  { table: "api_token", column: "revoked_at", days: 30, where: "revoked_at IS NOT NULL" },
  { table: "audit", column: "created_at", days: 400 },
  { table: "spending", column: "day", days: 40 },
  // A usage report covers a year, whose last day may be a year ago.
  { table: "usage", column: "day", days: 800 },
  { table: "charge", column: "created_at", days: 40 },
  { table: "trace", column: "at", days: 2 },
  { table: "backup", column: "at", days: 400 },
  { table: "metric_minute", column: "minute", days: 7 },
  { table: "alert_event", column: "at", days: 400 },
  { table: "platform_spending", column: "day", days: 400 },
];

const rowsAtOnce = 1_000;
/** The maximum number of batches per table and sweep; the next sweep deletes the rest. */
const maxBatches = 20;

/** Deletes the oldest expired rows of a table, at most `limit`. */
export const deleteOld = (db: Database, { table, column, days, where = "true" }: Retention, limit: number) =>
  db.execute(sql`
    DELETE FROM ${sql.identifier(table)} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${sql.identifier(table)}
      WHERE ${sql.identifier(column)} < now() - make_interval(days => ${days}) AND ${sql.raw(where)}
      ORDER BY ${sql.identifier(column)} LIMIT ${limit} FOR UPDATE SKIP LOCKED))`) satisfies Statement;

/**
 * Deletes expired rows, table by table, in batches. A failure in one table does not stop the sweep of the next tables.
 * @throws AggregateError with all failures, after the last table
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
