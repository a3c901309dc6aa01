import type { DataDumpPart } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import { quoteName } from "./sql-text.ts";
import { findTable, listTables, type Table } from "./tables.ts";

const rowsPerPart = 1_000;
const bytesPerPart = 2_000_000;

/** A position in a dump: the table, and its last dumped row, by rowid or by row number; null before the first row. */
export type DumpPosition = { table: number; after: string | null };

/**
 * Returns the next part of a database as SQL: first the tables, each with its rows, then indexes, triggers and views,
 * which would slow down or alter the inserts.
 * @param at position returned with the previous part; null for the first part
 */
export async function dumpPart(database: Database, at: DumpPosition | null): Promise<DataDumpPart> {
  const tables = (await listTables(database)).filter(({ type }) => type !== "view");
  const position = at ?? { table: 0, after: null };
  const listed = tables[position.table];
  if (listed === undefined) return { text: `${await lastPart(database)}COMMIT;\n`, next: null };
  const begin = at === null ? "PRAGMA foreign_keys = OFF;\nBEGIN;\n" : "";
  const table = await findTable(database, listed.name);
  const created = position.after === null ? `${await schemaOf(database, table.name)};\n` : "";
  const { text, after } = await rowsPart(database, table, position.after);
  return {
    text: begin + created + text,
    next: after === null ? { table: position.table + 1, after: null } : { ...position, after },
  };
}

async function schemaOf(database: Database, table: string): Promise<string> {
  const { rows } = await database.one(sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", table));
  const text = rows[0]?.[0];
  if (typeof text !== "string") throw new DataFault("not_found", "Table not found.");
  return text;
}

async function lastPart(database: Database): Promise<string> {
  const text =
    "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL AND tbl_name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY type = 'view', type";
  const { rows } = await database.one(sql(text));
  return rows.map(([one]) => `${one};\n`).join("");
}

async function rowsPart(
  database: Database,
  table: Table,
  after: string | null,
): Promise<{ text: string; after: string | null }> {
  const columns = table.columns.filter(({ generated }) => !generated).map(({ name }) => quoteName(name));
  const { rowid } = table;
  const where = rowid !== null && after !== null ? ` WHERE ${rowid} > ${BigInt(after)}` : "";
  const paged =
    rowid === null ? ` LIMIT ${rowsPerPart} OFFSET ${Number(after ?? 0)}` : ` ORDER BY ${rowid} LIMIT ${rowsPerPart}`;
  const key = rowid === null ? "NULL" : `CAST(${rowid} AS TEXT)`;
  const text = `SELECT ${[key, ...columns.map(literalOf)].join(", ")} FROM ${quoteName(table.name)}${where}${paged}`;
  const { rows, truncated } = await database.one(sql(text), { maxRows: rowsPerPart, maxBytes: bytesPerPart });
  const into = `INSERT INTO ${quoteName(table.name)} (${columns.join(", ")}) VALUES`;
  const inserts = rows.map(([, ...values]) => `${into} (${values.join(", ")});\n`).join("");
  const isLast = !truncated && rows.length < rowsPerPart;
  const position = rowid === null ? String(Number(after ?? 0) + rows.length) : String(rows.at(-1)?.[0] ?? "0");
  return { text: inserts, after: isLast ? null : position };
}

/** Returns an SQL expression for a value as a literal. SQLite's quote() truncates a text at its first NUL. */
const literalOf = (column: string): string =>
  `CASE WHEN typeof(${column}) = 'text' AND instr(${column}, char(0)) > 0 THEN 'CAST(X''' || hex(${column}) || ''' AS TEXT)' ELSE quote(${column}) END`;
