import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, executeIdempotent } from "../database/index.ts";

/** What the operators are alerted to: so much of the platform's day is spent, or a call was refused for want of money. */
const platformAlert = z.object({
  percent: z.int(),
  spentMicroUsd: z.coerce.number(),
  reservedMicroUsd: z.coerce.number(),
});
export type PlatformAlert = z.infer<typeof platformAlert>;

const alert = sql`alerted AS percent, spent AS "spentMicroUsd", reserved AS "reservedMicroUsd"`;

/** @returns the alert that is due, once a day for 80 and once for 100 percent of the ceiling; otherwise null */
export async function claimSpendingAlert(db: Database, day: string, ceiling: number): Promise<PlatformAlert | null> {
  const percent = sql`CASE WHEN spent = 0 THEN 0 WHEN spent >= ${ceiling}::bigint THEN 100
    WHEN spent >= ${ceiling}::bigint * 0.8 THEN 80 ELSE 0 END`;
  const statement = db.execute(sql`
    UPDATE platform_spending SET alerted = ${percent} WHERE day = ${day}::date AND alerted < ${percent} RETURNING ${alert}`);
  return alertIn((await executeIdempotent(statement)).rows);
}

/**
 * A call was refused, since the day has no room for what it might cost: that counts as 100 percent.
 * @returns the alert where it is the day's first; otherwise null
 */
export async function claimRefusalAlert(db: Database, day: string): Promise<PlatformAlert | null> {
  const statement = db.execute(sql`
    INSERT INTO platform_spending AS p (day, alerted) VALUES (${day}::date, 100)
    ON CONFLICT (day) DO UPDATE SET alerted = 100 WHERE p.alerted < 100 RETURNING ${alert}`);
  return alertIn((await executeIdempotent(statement)).rows);
}

const alertIn = (rows: unknown[]): PlatformAlert | null =>
  rows[0] === undefined ? null : platformAlert.parse(rows[0]);
