import type { DataFilter, DataOrder } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";
import type { PageKey } from "./page-key.ts";
import type { SqlBinding } from "./sql-channel.ts";
import { quoteName } from "./sql-text.ts";
import type { Table } from "./tables.ts";
import { toBinding } from "./values.ts";

/** A part of a WHERE clause and its values. */
export type Condition = { text: string; values: SqlBinding[] };

/** Returns the condition for rows after a key, in rowid order. */
export const afterRowid = (rowid: string, order: DataOrder, [at]: PageKey): Condition => ({
  text: `${rowid} ${order === "asc" ? ">" : "<"} ?`,
  values: [toBinding(at)],
});

/**
 * Returns the condition for rows after a key, ordered by a column and then by rowid. SQLite sorts NULL before every
 * other value, and no comparison with NULL is true.
 */
export function afterValue(
  table: Table & { rowid: string },
  { column, order }: { column: string; order: DataOrder },
  [at, value]: PageKey,
): Condition {
  const { name, rowid } = table;
  const sorted = quoteName(column);
  const id = toBinding(at);
  const sign = order === "asc" ? ">" : "<";
  if (value === null) {
    const among = `${sorted} IS NULL AND ${rowid} ${sign} ?`;
    return { text: order === "asc" ? `${sorted} IS NOT NULL OR (${among})` : among, values: [id] };
  }
  const known = value !== undefined ? "?" : `(SELECT ${sorted} FROM ${quoteName(name)} WHERE ${rowid} = ?)`;
  const bound = value !== undefined ? toBinding(value) : id;
  const isNullable = table.columns.some((one) => one.name === column && !one.notNull);
  // Without OR, SQLite seeks the key in the column's index; with OR, it scans from the first row.
  const nulls = order === "desc" && isNullable ? ` OR ${sorted} IS NULL` : "";
  return { text: `(${sorted}, ${rowid}) ${sign} (${known}, ?)${nulls}`, values: [bound, id] };
}

const COMPARED = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/**
 * Returns the condition for rows that pass a filter.
 * @throws DataFault `invalid_value` for an unknown column
 */
export function passing(table: Table, { column, operator, value }: DataFilter): Condition {
  const name = quoteName(requireColumn(table, column));
  if (operator === "null") return { text: `${name} IS NULL`, values: [] };
  if (operator === "notNull") return { text: `${name} IS NOT NULL`, values: [] };
  if (operator === "contains") return { text: `instr(lower(${name}), lower(?)) > 0`, values: [value] };
  // A column without a type compares a text only with texts, and a number only with numbers.
  const isUntyped = table.columns.some(({ name: one, type }) => one === column && /^(blob)?$/i.test(type));
  const isNumber = isUntyped && /^-?\d{1,15}(\.\d+)?$/.test(value);
  return { text: `${name} ${COMPARED[operator]} ?`, values: [isNumber ? Number(value) : value] };
}

/**
 * Returns the name of a table's column.
 * @throws DataFault `invalid_value`
 */
export function requireColumn({ columns }: Table, name: string): string {
  if (columns.some((column) => column.name === name)) return name;
  throw new DataFault("invalid_value", `There is no column "${name}".`);
}
