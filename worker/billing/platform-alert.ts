import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, executeIdempotent } from "../database/index.ts";

/** An alert to the operators: the platform has spent `percent` of the day's budget. A refused call counts as 100. */
const platformAlert = z.object({
  percent: z.int(),
  spentMicroUsd: z.coerce.number(),
  reservedMicroUsd: z.coerce.number(),
});
export type PlatformAlert = z.infer<typeof platformAlert>;

const alert = sql`alerted AS percent, spent AS "spentMicroUsd", reserved AS "reservedMicroUsd"`;

/**
 * Claims the alert that is due, so that only one caller sends it: once a day at 80 percent of the ceiling, and once at
 * 100.
 * @param day UTC, `YYYY-MM-DD`
 * @param ceiling in micro-dollars
 * @returns the alert to send; null when none is due
 */
export async function claimSpendingAlert(db: Database, day: string, ceiling: number): Promise<PlatformAlert | null> {
  const percent = sql`CASE WHEN spent = 0 THEN 0 WHEN spent >= ${ceiling}::bigint THEN 100
    WHEN spent >= ${ceiling}::bigint * 0.8 THEN 80 ELSE 0 END`;
  const statement = db.execute(sql`
    UPDATE platform_spending SET alerted = ${percent} WHERE day = ${day}::date AND alerted < ${percent} RETURNING ${alert}`);
  return alertIn((await executeIdempotent(statement)).rows);
}

/**
 * Claims the alert for a refused call, which counts as 100 percent: the remaining budget did not cover its maximum
 * cost.
 * @returns the alert when it is the day's first; otherwise null
 */
export async function claimRefusalAlert(db: Database, day: string): Promise<PlatformAlert | null> {
  const statement = db.execute(sql`
    INSERT INTO platform_spending AS p (day, alerted) VALUES (${day}::date, 100)
    ON CONFLICT (day) DO UPDATE SET alerted = 100 WHERE p.alerted < 100 RETURNING ${alert}`);
  return alertIn((await executeIdempotent(statement)).rows);
}

const alertIn = (rows: unknown[]): PlatformAlert | null =>
  rows[0] === undefined ? null : platformAlert.parse(rows[0]);
