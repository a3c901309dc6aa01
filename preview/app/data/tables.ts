import type { DataColumn, DataTable } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import type { SqlResult } from "./sql-channel.ts";
import { quoteName } from "./sql-text.ts";

/** A table for reading rows. `rowid` is a usable name of its rowid; null when its rows cannot be addressed. */
export type Table = Omit<DataTable, "rowCount"> & { rowid: string | null };

const LISTED =
  "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";
const COLUMNS = 'SELECT name, type, "notnull", pk, hidden, dflt_value FROM pragma_table_xinfo(?)';
/** SQLite's names of the rowid. A column of the same name hides one. */
const ROWIDS = ["rowid", "_rowid_", "oid"];

/** Lists the tables and views of a database, except those of the runtime and of SQLite itself. */
export async function listTables(database: Database): Promise<DataTable[]> {
  const listed = await database.one(sql(`${LISTED} ORDER BY name`));
  const tables = await describeTables(database, listed);
  const counted = tables.filter(({ type }) => type !== "view");
  const { results } = await database.run(counted.map(({ name }) => sql(`SELECT count(*) FROM ${quoteName(name)}`)));
  const counts = new Map(counted.map(({ name }, at) => [name, Number(results[at]?.rows[0]?.[0] ?? 0)]));
  return tables.map(({ rowid: _, ...table }) => ({ ...table, rowCount: counts.get(table.name) ?? null }));
}

/**
 * Describes one table.
 * @throws DataFault `not_found`
 */
export async function findTable(database: Database, name: string): Promise<Table> {
  const [table] = await describeTables(database, await database.one(sql(`${LISTED} AND name = ?`, name)));
  if (table === undefined) throw new DataFault("not_found", "Table not found.");
  return table;
}

/**
 * Describes a table whose rows can be written.
 * @throws DataFault `not_found`, `read_only`
 */
export async function findWritable(database: Database, name: string): Promise<Table & { rowid: string }> {
  const { rowid, ...table } = await findTable(database, name);
  if (rowid !== null && table.editable) return { ...table, rowid };
  throw new DataFault("read_only", `The rows of ${name} have no rowid, so you can view them here but not edit them.`);
}

async function describeTables(database: Database, { rows }: SqlResult): Promise<Table[]> {
  const { results } = await database.run(rows.map(([name]) => sql(COLUMNS, String(name))));
  return rows.map(([name, type, withoutRowid], at) => {
    const columns = (results[at]?.rows ?? []).flatMap(columnOf);
    const rowid = type === "view" || withoutRowid === 1 ? null : rowidOf(columns);
    const kind = type === "view" || type === "virtual" ? type : "table";
    return { name: String(name), type: kind, columns, editable: rowid !== null && kind === "table", rowid };
  });
}

/**
 * Converts a row of `table_xinfo`. A `hidden` value of 1 marks a hidden column of a virtual table; 2 and 3 mark
 * generated columns.
 */
function columnOf([name, type, notNull, primaryKey, hidden, byDefault]: SqlResult["rows"][number]): DataColumn[] {
  if (hidden === 1) return [];
  return [
    {
      name: String(name),
      type: String(type ?? ""),
      notNull: notNull === 1,
      primaryKey: Number(primaryKey) > 0,
      generated: Number(hidden) > 1,
      default: byDefault === null || byDefault === undefined ? null : String(byDefault),
    },
  ];
}

/**
 * Returns a name for the rowid. An INTEGER PRIMARY KEY column is itself the rowid; any other column hides a rowid name
 * that it shares.
 */
function rowidOf(columns: readonly DataColumn[]): string | null {
  const keys = columns.filter(({ primaryKey }) => primaryKey);
  const alias = keys.length === 1 && keys[0]?.type.toUpperCase() === "INTEGER" ? keys[0].name.toLowerCase() : null;
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()).filter((name) => name !== alias));
  return ROWIDS.find((name) => !taken.has(name)) ?? null;
}
