import type { PoolClient, QueryArrayConfig } from "pg";
import { type Faults, strike } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import type { SqlRequest, Statement } from "./request.ts";

export const MAX_BYTES = 10 * 1024 * 1024;

type Value = string | number | boolean | object | null;
export type StatementResult = {
  fields: object[];
  rows: Value[][] | Record<string, Value>[];
  command: string;
  rowCount: number | null;
  rowAsArray: boolean;
};

/** Rows keep PostgreSQL's text format: the driver at the client parses the types. */
const rawText = { getTypeParser: () => (text: string) => text };

/** Executes a request on a connection of its own, a batch as one transaction. Rethrows the database's errors. */
export async function execute(client: PoolClient, request: SqlRequest, faults: Faults): Promise<StatementResult[]> {
  const { mutation } = faults;
  const isBatch = request.begin !== undefined;
  const begin = mutation?.isWithoutTransaction ? undefined : request.begin;
  const statements = (isBatch && mutation?.rewrite?.(request.statements)) || request.statements;
  const budget = { bytes: MAX_BYTES };
  strike(faults, "before-begin", statements);
  if (begin !== undefined) await client.query(begin);
  const results: StatementResult[] = [];
  for (const [index, statement] of statements.entries()) {
    if (isBatch && index === Math.floor(statements.length / 2)) strike(faults, "middle", statements);
    results.push(await runOne(client, statement, request, budget));
  }
  if (isBatch) strike(faults, "before-commit", statements);
  if (begin !== undefined) await client.query("COMMIT");
  strike(faults, "after-commit", statements);
  return results;
}

async function runOne(
  client: PoolClient,
  statement: Statement,
  mode: SqlRequest,
  budget: { bytes: number },
): Promise<StatementResult> {
  // The extended protocol takes one statement at a time and lets the server infer the parameters' types.
  const config: QueryArrayConfig<(string | null)[]> & { queryMode: "extended" } = {
    text: statement.query,
    values: statement.params,
    rowMode: "array",
    queryMode: "extended",
    ...(mode.rawText ? { types: rawText } : {}),
  };
  const result = await client.query<Value[]>(config);
  budget.bytes -= sizeOf(result.rows);
  if (budget.bytes < 0) throw new Refusal(507, `response is too large (max is ${MAX_BYTES} bytes)`);
  const names = result.fields.map(({ name }) => name);
  return {
    fields: result.fields.map((field) => ({ ...field, format: "text" })),
    rows: mode.arrayMode ? result.rows : result.rows.map((row) => toObject(names, row)),
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: mode.arrayMode,
  };
}

function toObject(names: string[], row: Value[]): Record<string, Value> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));
}

function sizeOf(rows: Value[][]): number {
  let bytes = 0;
  for (const row of rows) for (const value of row) bytes += typeof value === "string" ? Buffer.byteLength(value) : 8;
  return bytes;
}
