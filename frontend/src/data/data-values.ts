import type { DataColumn, DataRow, DataValue } from "../../../worker/contract/index.ts";

/** Formats a value for a cell. NULL is shown by its cell. */
export function formatValue(value: DataValue): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("blob" in value) return `${Math.floor((value.blob.replace(/=+$/, "").length * 3) / 4)} bytes`;
  return "integer" in value ? value.integer : value.real;
}

/** Whether a column takes numbers, by SQLite's rules of affinity. */
const isNumeric = ({ type }: DataColumn): boolean => /int|real|floa|doub|num|dec|bool/i.test(type);

/** Parses what was typed into a column's field. An integer beyond 2^53 keeps all its digits. */
export function parseValue(text: string, column: DataColumn): DataValue {
  if (!isNumeric(column) || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  if (!text.includes(".") && !Number.isSafeInteger(number)) return { integer: text };
  return number;
}

/** Whether a field of text can edit a value. Bytes have none. */
export const isText = (value: DataValue | undefined): boolean =>
  typeof value !== "object" || value === null || !("blob" in value);

/** Returns a row's rowid as in its address; null for a row without one. */
export function rowidOf({ rowid }: DataRow): string | null {
  return rowid === undefined || rowid === null ? null : formatValue(rowid);
}
