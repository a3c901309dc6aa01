import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { emptyMinute, minuteMs } from "../monitoring/index.ts";
import type { Minute } from "./metric-values.ts";
import type { MetricsStore, Period } from "./store.ts";

const inMinute = { minute: z.coerce.date().transform((at) => at.getTime()) };
const spentRow = z.object({ ...inMinute, microUsd: z.coerce.number() });
const runsRow = z.object({ ...inMinute, runs: z.coerce.number(), failed: z.coerce.number() });

const within = ({ from, to }: Period) =>
  sql`created_at >= ${new Date(from).toISOString()}::timestamptz AND created_at < ${new Date(to).toISOString()}::timestamptz`;

const selectSpent = (db: Database, period: Period) =>
  db.execute(sql`
    SELECT date_trunc('minute', created_at) AS minute, sum(micro_usd) AS "microUsd" FROM charge
    WHERE kind <> 'opening' AND ${within(period)} GROUP BY 1`);

/** Each run's end writes one event, whether anybody subscribes to it or not. */
const selectRuns = (db: Database, period: Period) =>
  db.execute(sql`
    SELECT date_trunc('minute', created_at) AS minute, count(*) AS runs, count(*) FILTER (WHERE type = 'run.failed') AS failed
    FROM event WHERE type IN ('run.completed', 'run.failed', 'run.cancelled') AND ${within(period)} GROUP BY 1`);

/**
 * Reads the minutes of a period: the counts of isolates from the store; money and runs, exactly, from the tables
 * that account for them.
 * @param counted the period of the counts of isolates
 * @param accounted the period of money and runs
 * @returns the minutes in which anything happened, the oldest first
 */
export async function readMinutes(
  { store, database }: { store: MetricsStore; database: Database },
  counted: Period,
  accounted: Period = counted,
): Promise<Minute[]> {
  const [totals, [spent, runs]] = await Promise.all([
    store.totals(counted),
    executeIdempotentBatch(database, [selectSpent(database, accounted), selectRuns(database, accounted)]),
  ]);
  const minutes = new Map<number, Minute>();
  const at = (start: number): Minute => {
    const { version: _, isolate: __, routes: ___, faults: ____, ...emptyTotals } = emptyMinute("", start);
    const minute = minutes.get(start) ?? { ...emptyTotals, modelMicroUsd: 0, runs: 0, failedRuns: 0 };
    minutes.set(start, minute);
    return minute;
  };
  for (const total of totals) Object.assign(at(total.minute), total);
  for (const { minute, microUsd } of z.array(spentRow).parse(spent.rows)) at(minute).modelMicroUsd = microUsd;
  for (const { minute, runs: ended, failed } of z.array(runsRow).parse(runs.rows))
    Object.assign(at(minute), { runs: ended, failedRuns: failed });
  return [...minutes.values()].sort((a, b) => a.minute - b.minute);
}

/**
 * @returns the minutes that overlap the window of `windowMs` milliseconds before `at`
 */
export const minutesIn = (minutes: Minute[], at: number, windowMs: number): Minute[] =>
  minutes.filter(({ minute }) => minute < at && minute + minuteMs > at - windowMs);
