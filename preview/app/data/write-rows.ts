import type { DataRow, DataValue, DataValues } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import { readRow } from "./read-rows.ts";
import { requireColumn } from "./row-conditions.ts";
import type { SqlResult, SqlStatement } from "./sql-channel.ts";
import { quoteName } from "./sql-text.ts";
import { findWritable, type Table } from "./tables.ts";
import { toBinding } from "./values.ts";

type Row = { table: string; rowid: DataValue };

/**
 * Inserts a row.
 * @returns the stored row, including defaults
 * @throws DataFault `not_found`, `read_only`, `invalid_value`, `constraint_failed`, `storage_full`
 */
export async function insertRow(database: Database, name: string, values: DataValues): Promise<DataRow> {
  const table = await findWritable(database, name);
  const { text, values: bound } = insertion(table, Object.keys(values), Object.values(values));
  const { rows } = await database.one(sql(`${text} RETURNING ${table.rowid}`, ...bound));
  return readRow(database, table, rowidIn(rows));
}

/**
 * Changes columns of a row.
 * @throws DataFault `not_found`, `read_only`, `invalid_value`, `constraint_failed`, `storage_full`
 */
export async function updateRow(database: Database, row: Row, values: DataValues): Promise<DataRow> {
  const table = await findWritable(database, row.table);
  const columns = Object.keys(values).map((column) => requireColumn(table, column));
  if (columns.length === 0) return readRow(database, table, toBinding(row.rowid));
  const assigned = columns.map((column) => `${quoteName(column)} = ?`).join(", ");
  const text = `UPDATE ${quoteName(table.name)} SET ${assigned} WHERE ${table.rowid} = ? RETURNING ${table.rowid}`;
  const { rows } = await database.one(sql(text, ...Object.values(values).map(toBinding), toBinding(row.rowid)));
  return readRow(database, table, rowidIn(rows));
}

/**
 * Deletes a row.
 * @throws DataFault `not_found`, `read_only`, `constraint_failed`
 */
export async function deleteRow(database: Database, row: Row): Promise<void> {
  const table = await findWritable(database, row.table);
  const text = `DELETE FROM ${quoteName(table.name)} WHERE ${table.rowid} = ? RETURNING 1`;
  const { rows } = await database.one(sql(text, toBinding(row.rowid)));
  if (rows.length === 0) throw new DataFault("not_found", "Row not found.");
}

/**
 * Inserts all rows or none.
 * @returns the number of inserted rows
 * @throws DataFault `not_found`, `read_only`, `invalid_value`, `constraint_failed`, `storage_full`
 */
export async function insertRows(
  database: Database,
  name: string,
  { columns, rows }: { columns: string[]; rows: DataValue[][] },
): Promise<number> {
  const table = await findWritable(database, name);
  await database.run(rows.map((row) => insertion(table, columns, row)));
  return rows.length;
}

function insertion(table: Table, columns: readonly string[], values: readonly DataValue[]): SqlStatement {
  const into = `INSERT INTO ${quoteName(table.name)}`;
  if (columns.length === 0) return sql(`${into} DEFAULT VALUES`);
  const names = columns.map((column) => quoteName(requireColumn(table, column)));
  return sql(`${into} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`, ...values.map(toBinding));
}

function rowidIn([row]: SqlResult["rows"]): NonNullable<SqlResult["rows"][number][number]> {
  const rowid = row?.[0];
  if (rowid === undefined || rowid === null) throw new DataFault("not_found", "Row not found.");
  return rowid;
}
