import { and, eq, sql } from "drizzle-orm";
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

/** Turns a reservation into what was really spent. It joins the transaction that ends the run, and so happens once. */
export const settleStatement = (db: Database, { ownerId, day, microUsd }: Reservation, spentMicroUsd: number) =>
  db
    .update(spending)
    .set({
      spent: sql`${spending.spent} + ${spentMicroUsd}::bigint`,
      reserved: sql`greatest(0, ${spending.reserved} - ${microUsd}::bigint)`,
    })
    .where(and(eq(spending.ownerId, ownerId), eq(spending.day, day)));
