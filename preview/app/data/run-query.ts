import type { DataQueryResult, DataValue } from "../../../worker/contract/data-rpc.ts";
import { admitQuery } from "./admit-query.ts";
import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import type { SqlBinding, SqlResult } from "./sql-channel.ts";
import { withoutEnd } from "./sql-text.ts";
import { maybeRounded, toBinding, toJson } from "./values.ts";

const maxQueryRows = 1_000;
const maxQueryBytes = 4_000_000;
const maxQueryMs = 2_000;

/**
 * Executes a query from the app's owner.
 * @throws DataFault `read_only`, `query_refused`, `invalid_query`
 */
export async function runQuery(database: Database, text: string, params: DataValue[]): Promise<DataQueryResult> {
  const values = params.map(toBinding);
  await admitQuery(database, text, values);
  const limits = { maxRows: maxQueryRows, maxBytes: maxQueryBytes };
  const result = await withinTime(database.one(sql(text, ...values), limits));
  const exact = await exactIntegers(database, text, values, result);
  const names = distinct(result.columns);
  return {
    columns: names,
    rows: result.rows.map((row, at) =>
      Object.fromEntries(names.map((name, column) => [name, exact(at, column) ?? toJson(row[column] ?? null)])),
    ),
    truncated: result.truncated,
  };
}

/**
 * Executes the query again, only when its result contains integers beyond 2^53, to read those as text: the runtime
 * rounds them.
 * @returns a function that returns the integer of a cell; undefined for any other value
 */
async function exactIntegers(database: Database, text: string, values: SqlBinding[], first: SqlResult) {
  if (!first.rows.some((row) => row.some(maybeRounded))) return () => undefined;
  const names = first.columns.map((_, at) => `c${at}`);
  const cells = names.map((name) => `CASE typeof(${name}) WHEN 'integer' THEN CAST(${name} AS TEXT) END`);
  const again = sql(
    `WITH q(${names.join(", ")}) AS (${withoutEnd(text)}\n) SELECT ${cells.join(", ")} FROM q`,
    ...values,
  );
  const { rows } = await database.one(again, { maxRows: first.rows.length, maxBytes: maxQueryBytes * 2 });
  return (at: number, column: number): DataValue | undefined => {
    const digits = rows[at]?.[column];
    return maybeRounded(first.rows[at]?.[column] ?? null) && typeof digits === "string"
      ? { integer: digits }
      : undefined;
  };
}

/** Makes column names unique: two columns of the same name would become one property of a row. */
function distinct(columns: readonly string[]): string[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column;
    for (let number = 2; taken.has(name); number += 1) name = `${column}_${number}`;
    taken.add(name);
    return name;
  });
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const fault = new DataFault("query_refused", `The query did not end within ${maxQueryMs / 1_000} s.`);
  const timer = setTimeout(() => reject(fault), maxQueryMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
