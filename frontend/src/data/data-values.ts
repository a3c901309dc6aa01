import type { DataColumn, DataRow, DataValue } from "../../../worker/contract/index.ts";

/** Formats a value for a cell. The cell itself shows NULL. */
export function formatValue(value: DataValue): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("blob" in value) return `${Math.floor((value.blob.replace(/=+$/, "").length * 3) / 4)} bytes`;
  return "integer" in value ? value.integer : value.real;
}

/** Whether a column stores numbers, according to SQLite's rules of type affinity. */
const isNumeric = ({ type }: DataColumn): boolean => /int|real|float|double|num|dec|bool/i.test(type);

/** Parses the text of a column's field. Keeps all digits of an integer beyond 2^53. */
export function parseValue(text: string, column: DataColumn): DataValue {
  if (!isNumeric(column) || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  if (!text.includes(".") && !Number.isSafeInteger(number)) return { integer: text };
  return number;
}

/** Whether a text field can edit a value; it cannot edit bytes. */
export const isText = (value: DataValue | undefined): boolean =>
  typeof value !== "object" || value === null || !("blob" in value);

/** Returns a row's rowid in the notation of its URL; null for a row without a rowid. */
export function rowidOf({ rowid }: DataRow): string | null {
  return rowid === undefined || rowid === null ? null : formatValue(rowid);
}
