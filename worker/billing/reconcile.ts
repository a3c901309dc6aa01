import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, executeIdempotent } from "../database/index.ts";

/**
 * Two sums of money that should be equal but differ, in micro-dollars: `booked` by the ledger, `found` in another
 * table, which `what` names: the platform's day, an account's day, an account's usage report of a day, or a run.
 */
const difference = z.object({
  what: z.enum(["platform", "spending", "usage", "run"]),
  subject: z.string(),
  booked: z.coerce.number(),
  found: z.coerce.number(),
});
export type SpendDifference = z.infer<typeof difference>;

const maxDifferences = 20;

/**
 * Compares, for yesterday and today (UTC) and in one snapshot, the ledger of charges with the accounts' days, the usage
 * report and the runs' own usage, and the accounts' days with the platform's.
 * @returns the differences; empty when everything agrees to the micro-dollar
 */
export async function reconcileSpending(database: Database): Promise<SpendDifference[]> {
  const { rows } = await executeIdempotent(selectDifferences(database));
  return z.array(difference).parse(rows);
}

const selectDifferences = (db: Database) =>
  db.execute(sql`
    WITH days AS (SELECT (now() AT TIME ZONE 'UTC')::date AS today, (now() AT TIME ZONE 'UTC')::date - 1 AS yesterday),
    recent AS (SELECT charge.* FROM charge, days WHERE day >= yesterday OR usage_day >= yesterday),
    platform AS (
      SELECT 'platform' AS what, day::text AS subject, coalesce(s.spent, 0) AS booked, coalesce(p.spent, 0) AS found
      FROM (SELECT day, sum(spent) AS spent FROM spending, days WHERE day >= yesterday GROUP BY day) s
      FULL JOIN (SELECT day, spent FROM platform_spending, days WHERE day >= yesterday) p USING (day)),
    accounts AS (
      SELECT 'spending' AS what, owner_id || ' ' || day AS subject, coalesce(c.spent, 0) AS booked, coalesce(s.spent, 0) AS found
      FROM (SELECT owner_id, day, sum(micro_usd) AS spent FROM recent, days WHERE day >= yesterday GROUP BY owner_id, day) c
      FULL JOIN (SELECT owner_id, day, spent FROM spending, days WHERE day >= yesterday) s USING (owner_id, day)),
    reports AS (
      SELECT 'usage' AS what, owner_id || ' ' || day AS subject, coalesce(c.spent, 0) AS booked, coalesce(u.spent, 0) AS found
      FROM (SELECT owner_id, usage_day AS day, sum(micro_usd) AS spent FROM recent, days
        WHERE usage_day >= yesterday GROUP BY owner_id, usage_day) c
      FULL JOIN (SELECT owner_id, day, sum(micro_usd) AS spent FROM usage, days WHERE day >= yesterday GROUP BY owner_id, day) u
        USING (owner_id, day)),
    runs AS (
      SELECT 'run' AS what, run.id AS subject, recent.micro_usd AS booked, run.micro_usd AS found
      FROM recent JOIN run ON run.id = recent.id WHERE recent.kind = 'run')
    SELECT * FROM (SELECT * FROM platform UNION ALL SELECT * FROM accounts UNION ALL SELECT * FROM reports
      UNION ALL SELECT * FROM runs) AS compared
    WHERE booked <> found ORDER BY what, subject LIMIT ${maxDifferences}`);
