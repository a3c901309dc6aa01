import { type AnyColumn, asc, desc, gt, ilike, lt, type SQL, sql } from "drizzle-orm";

/** Conditions of filtered lists. Undefined means no condition; drizzle-orm's `and` omits it. */

export type Order = "asc" | "desc";
export type CreatedWithin = { createdAfter?: string | undefined; createdBefore?: string | undefined };

/**
 * Compares timestamps by the millisecond, as the API returns them: with the database's microseconds a list would return
 * a row twice.
 */
export function createdWithin(column: AnyColumn, { createdAfter, createdBefore }: CreatedWithin): (SQL | undefined)[] {
  const inMilliseconds = sql`date_trunc('milliseconds', ${column})`;
  const moment = (text: string) => sql`${new Date(text).toISOString()}::timestamptz`;
  return [
    createdAfter === undefined ? undefined : sql`${inMilliseconds} > ${moment(createdAfter)}`,
    createdBefore === undefined ? undefined : sql`${inMilliseconds} < ${moment(createdBefore)}`,
  ];
}

/** @returns the condition for rows after a key in an order */
export function beyondKey<Key extends string | number>(column: AnyColumn, key: Key | null, order: Order) {
  if (key === null) return undefined;
  return order === "asc" ? gt(column, key) : lt(column, key);
}

/** Returns a column as a term of ORDER BY. */
export const inOrder = (column: AnyColumn, order: Order): SQL => (order === "asc" ? asc(column) : desc(column));

/** @returns the condition for rows that contain a text literally, in any case: `%` and `_` are not wildcards */
export const contains = (column: AnyColumn, part: string | undefined): SQL | undefined =>
  part === undefined || part === "" ? undefined : ilike(column, `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`);
