import { type AnyColumn, asc, desc, gt, ilike, lt, type SQL, sql } from "drizzle-orm";

/** Conditions of lists that are filtered. Undefined stands for no condition, which `and` of drizzle-orm leaves out. */

export type Order = "asc" | "desc";
export type CreatedWithin = { createdAfter?: string | undefined; createdBefore?: string | undefined };

/** Moments are compared by the millisecond, as the API shows them: the database's microseconds would list one twice. */
export function createdWithin(column: AnyColumn, { createdAfter, createdBefore }: CreatedWithin): (SQL | undefined)[] {
  const shown = sql`date_trunc('milliseconds', ${column})`;
  const moment = (text: string) => sql`${new Date(text).toISOString()}::timestamptz`;
  return [
    createdAfter === undefined ? undefined : sql`${shown} > ${moment(createdAfter)}`,
    createdBefore === undefined ? undefined : sql`${shown} < ${moment(createdBefore)}`,
  ];
}

/** What follows a key in an order. */
export function beyondKey<Key extends string | number>(column: AnyColumn, key: Key | null, order: Order) {
  if (key === null) return undefined;
  return order === "asc" ? gt(column, key) : lt(column, key);
}

export const inOrder = (column: AnyColumn, order: Order): SQL => (order === "asc" ? asc(column) : desc(column));

/** Rows whose text contains another one as it stands, in any case: `%` and `_` in it are no wildcards. */
export const contains = (column: AnyColumn, part: string | undefined): SQL | undefined =>
  part === undefined || part === "" ? undefined : ilike(column, `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`);
