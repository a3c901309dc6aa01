import type { DataRow, DataRowsPage, DataRowsQuery } from "../../../worker/contract/data-rpc.ts";
import { admitQuery } from "./admit-query.ts";
import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import { decodeKey, encodeKey } from "./page-key.ts";
import { afterRowid, afterValue, type Condition, passing, requireColumn } from "./row-conditions.ts";
import type { SqlBinding, SqlStatement } from "./sql-channel.ts";
import { quoteName } from "./sql-text.ts";
import { findTable, type Table } from "./tables.ts";
import { maybeRounded, toJson } from "./values.ts";

/** The maximum bytes of a page's values. A page that reaches them ends before its row limit. */
const maxPageBytes = 4_000_000;

/**
 * Reads a page of a table's rows by keyset, so that the last page costs as little as the first. Pages rows without a
 * rowid by row number.
 * @throws DataFault `not_found`, `invalid_value`, `invalid_cursor`; `query_refused` for a view that takes too long
 */
export async function readRows(database: Database, query: DataRowsQuery): Promise<DataRowsPage> {
  const table = await findTable(database, query.table);
  const rest = restOf(table, query);
  const statement = sql(selectOf(table) + rest.text, ...rest.values);
  const isComputed = table.type !== "table" || table.columns.some(({ generated }) => generated);
  if (isComputed) await admitQuery(database, statement.text, statement.values);
  const { rows: read, truncated } = await readExactly(database, table, rest, query.limit + 1);
  const hasMore = truncated || read.length > query.limit;
  const rows = hasMore ? read.slice(0, query.limit) : read;
  const last = rows.at(-1);
  return { rows, next: hasMore && last !== undefined ? keyAfter(table, query, last, rows.length) : null };
}

/**
 * Reads one row.
 * @throws DataFault `not_found`
 */
export async function readRow(
  database: Database,
  table: Table & { rowid: string },
  rowid: SqlBinding,
): Promise<DataRow> {
  const rest = { text: ` WHERE ${table.rowid} = ?`, values: [rowid] };
  const [row] = (await readExactly(database, table, rest, 1)).rows;
  if (row === undefined) throw new DataFault("not_found", "Row not found.");
  return row;
}

/**
 * Returns the selected expressions of a table by property name. The rowid has a property of its own, whatever the
 * table's columns are.
 */
function selectedOf({ columns, rowid }: Table): [name: string, text: string][] {
  const own = columns.map(({ name }): [string, string] => [name, quoteName(name)]);
  return rowid === null ? own : [["rowid", rowid], ...own.filter(([name]) => name !== "rowid")];
}

const selectOf = (table: Table): string =>
  `SELECT ${selectedOf(table)
    .map(([, text]) => text)
    .join(", ")} FROM ${quoteName(table.name)}`;

/** Returns the rest of a page's statement, from WHERE on. */
function restOf(table: Table, { limit, after, order, sort, filter }: DataRowsQuery): Condition {
  const { rowid } = table;
  const key = after === null ? null : decodeKey(after);
  const column = sort === null ? null : requireColumn(table, sort);
  const conditions = filter === null ? [] : [passing(table, filter)];
  if (key !== null && rowid !== null)
    conditions.push(
      column === null ? afterRowid(rowid, order, key) : afterValue({ ...table, rowid }, { column, order }, key),
    );
  const where = conditions.map(({ text }) => `(${text})`).join(" AND ");
  const terms = [...(column === null ? [] : [quoteName(column)]), ...(rowid === null ? [] : [rowid])];
  const ordered = terms.map((term) => `${term} ${order}`).join(", ");
  const offset = rowid === null && key !== null ? ` OFFSET ${Number(key[0])}` : "";
  return {
    text: `${where && ` WHERE ${where}`}${ordered && ` ORDER BY ${ordered}`} LIMIT ${limit + 1}${offset}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function keyAfter(table: Table, { after, sort }: DataRowsQuery, last: DataRow, count: number): string {
  if (table.rowid === null) return encodeKey([count + (after === null ? 0 : Number(decodeKey(after)[0]))]);
  const rowid = last.rowid ?? null;
  return encodeKey(sort === null ? [rowid] : [rowid, last[sort] ?? null]);
}

/**
 * Reads rows as objects. The runtime rounds integers beyond 2^53: when a row contains one, this reads the rows again as
 * text.
 */
async function readExactly(
  database: Database,
  table: Table,
  rest: Condition,
  maxRows: number,
): Promise<{ rows: DataRow[]; truncated: boolean }> {
  const limits = { maxRows, maxBytes: maxPageBytes };
  const selected = selectedOf(table);
  const { rows, truncated } = await database.one(sql(selectOf(table) + rest.text, ...rest.values), limits);
  const digits = rows.some((row) => row.some(maybeRounded)) ? await database.one(asDigits(table, rest), limits) : null;
  const toRow = (row: (typeof rows)[number], at: number): DataRow =>
    Object.fromEntries(
      selected.map(([name], column) => {
        const value = row[column] ?? null;
        const text = maybeRounded(value) ? digits?.rows[at]?.[column] : null;
        return [name, typeof text === "string" ? { integer: text } : toJson(value)];
      }),
    );
  return { rows: rows.map(toRow), truncated };
}

function asDigits(table: Table, rest: Condition): SqlStatement {
  const cells = selectedOf(table).map(
    ([, text]) => `CASE typeof(${text}) WHEN 'integer' THEN CAST(${text} AS TEXT) END`,
  );
  return sql(`SELECT ${cells.join(", ")} FROM ${quoteName(table.name)}${rest.text}`, ...rest.values);
}
