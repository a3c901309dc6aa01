import { and, eq, type SQL, sql } from "drizzle-orm";
import { spending } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

/** Money set aside for one run: whose, of which day (UTC, `YYYY-MM-DD`), how many micro-dollars. */
export type Reservation = { ownerId: string; day: string; microUsd: number };

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What an account has spent and set aside on a day. */
export const selectSpending = (db: Database, ownerId: string, day: string) =>
  db
    .select({ spent: spending.spent, reserved: spending.reserved })
    .from(spending)
    .where(and(eq(spending.ownerId, ownerId), eq(spending.day, day)));

/**
 * A statement's part that sets money aside where the day's budget has room for it, for the rows of `where`; it returns
 * no row where it has none. Checked and taken in one statement, so that parallel starts cannot pass the budget together.
 */
export const reserveClause = ({ ownerId, day, microUsd }: Reservation, dailyMicroUsd: number, where: SQL): SQL => sql`
  INSERT INTO spending (owner_id, day, reserved)
  SELECT ${ownerId}, ${day}::date, ${microUsd}::bigint ${where}
  ON CONFLICT (owner_id, day) DO UPDATE SET reserved = spending.reserved + excluded.reserved
    WHERE spending.spent + spending.reserved + excluded.reserved <= ${dailyMicroUsd}::bigint
  RETURNING owner_id`;

/** Turns a reservation into what was really spent. It joins the transaction that ends the run, and so happens once. */
export const settleStatement = (db: Database, { ownerId, day, microUsd }: Reservation, spentMicroUsd: number) =>
  db
    .update(spending)
    .set({
      spent: sql`${spending.spent} + ${spentMicroUsd}::bigint`,
      reserved: sql`greatest(0, ${spending.reserved} - ${microUsd}::bigint)`,
    })
    .where(and(eq(spending.ownerId, ownerId), eq(spending.day, day)));
