import { sql } from "drizzle-orm";
import { z } from "zod";
import { reconcileSpending } from "../billing/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import type { MetricsStore } from "../metrics/index.ts";
import { emptyMinute, type LogLevel, log, minuteOf } from "../monitoring/index.ts";

const gaugesRow = z.object({
  dueDeliveries: z.coerce.number(),
  lagSeconds: z.coerce.number(),
  queued: z.coerce.number(),
  running: z.coerce.number(),
  waiting: z.coerce.number(),
  backupAgeSeconds: z.coerce.number().nullable(),
});

/** The waiting deliveries and the open runs of all accounts. */
export type Gauges = z.infer<typeof gaugesRow>;

/** Deliveries of a disabled webhook wait for its owner, not for the platform. */
const selectGauges = (db: Database) =>
  db.execute(sql`
    SELECT due.count AS "dueDeliveries", due.lag AS "lagSeconds", runs.*,
      (SELECT extract(epoch FROM now() - max(at)) FROM backup) AS "backupAgeSeconds" FROM
      (SELECT count(*) AS count, coalesce(max(extract(epoch FROM now() - next_attempt_at)), 0) AS lag
        FROM delivery d JOIN webhook w ON w.id = d.webhook_id
        WHERE d.status = 'pending' AND d.next_attempt_at <= now() AND w.enabled
          AND (d.leased_until IS NULL OR d.leased_until < now())) AS due,
      (SELECT count(*) FILTER (WHERE status = 'queued') AS queued, count(*) FILTER (WHERE status = 'running') AS running,
        count(*) FILTER (WHERE status = 'waiting') AS waiting
        FROM run WHERE status IN ('queued', 'running', 'waiting')) AS runs`);

/** Reads the current gauges. */
export async function readGauges(database: Database): Promise<Gauges> {
  const { rows } = await executeIdempotent(selectGauges(database));
  return gaugesRow.parse(rows[0]);
}

type Dependencies = { database: Database; store: MetricsStore };

/**
 * Stores the platform's gauges, and the number of sums of money that differ, as metrics of the minute. Logs each
 * difference with its sums.
 * @param now in Unix milliseconds
 */
export async function sampleGauges({ database, store }: Dependencies, logLevel: LogLevel, now: number): Promise<void> {
  const [gauges, differences] = await Promise.all([readGauges(database), reconcileSpending(database)]);
  if (differences.length > 0) log(logLevel, "error", { event: "spend.mismatch", differences });
  const row = {
    ...emptyMinute("platform", minuteOf(now)),
    version: now,
    counters: {
      deliveries_lag_seconds: gauges.lagSeconds,
      due_deliveries: gauges.dueDeliveries,
      queued_runs: gauges.queued,
      open_runs: gauges.running + gauges.waiting,
      spend_differences: differences.length,
      // Omitted before the first backup: a trial installation needs no backups.
      ...(gauges.backupAgeSeconds !== null && { backup_age_seconds: gauges.backupAgeSeconds }),
    },
  };
  await store.write([row]);
}
