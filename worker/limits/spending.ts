import { and, eq, sql } from "drizzle-orm";
import { spending } from "../../drizzle/schema/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** Money set aside for one run: whose, of which day (UTC, `YYYY-MM-DD`), how many micro-dollars. */
export type Reservation = { ownerId: string; day: string; microUsd: number };

/**
 * Sets money aside for what is no run, in one statement. It fails as `budget_exceeded` where the day's budget, which is the
 * account's own or else `planMicroUsd`, has no room.
 */
export const setAsideStatement = (
  db: Database,
  { ownerId, day, microUsd }: Reservation,
  planMicroUsd: number,
): Statement =>
  db.execute(sql`SELECT set_aside(${ownerId}, ${day}::date, ${microUsd}::bigint, ${planMicroUsd}::bigint)`);

/** Turns a reservation into what was really spent. It joins the transaction that ends what it is for, and so happens once. */
export const settleStatement = (db: Database, { ownerId, day, microUsd }: Reservation, spentMicroUsd: number) =>
  db
    .update(spending)
    .set({
      spent: sql`${spending.spent} + ${spentMicroUsd}::bigint`,
      reserved: sql`greatest(0, ${spending.reserved} - ${microUsd}::bigint)`,
    })
    .where(and(eq(spending.ownerId, ownerId), eq(spending.day, day)));
