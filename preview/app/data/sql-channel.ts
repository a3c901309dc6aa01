/**
 * An SQLite value in the runtime's representation. An integer beyond 2^53 can only be bound, as a string of its digits.
 */
export type SqlValue = number | string | null | ArrayBuffer;
export type SqlBinding = SqlValue | { integer: string };

export type SqlStatement = { text: string; values: SqlBinding[] };
export type SqlResult = { columns: string[]; rows: SqlValue[][]; truncated: boolean };

/** Statements to execute as one transaction, and the limits of each result. */
export type SqlRequest = { statements: SqlStatement[]; maxRows: number; maxBytes: number };
export type SqlAnswer = { results: SqlResult[]; databaseSize: number } | { error: string };

/** Executes statements in one of the app's databases. */
export type SqlChannel = (request: SqlRequest) => Promise<SqlAnswer>;

/**
 * Validates an answer from the app's isolate, where the app's code can have changed any object.
 * @throws TypeError for any other value
 */
export function parseSqlAnswer(answer: unknown): SqlAnswer {
  if (isObject(answer) && typeof answer.error === "string") return { error: answer.error.slice(0, 1_000) };
  if (isObject(answer) && Array.isArray(answer.results) && typeof answer.databaseSize === "number") {
    return { results: answer.results.map(parseResult), databaseSize: answer.databaseSize };
  }
  throw new TypeError(UNEXPECTED);
}

function parseResult(result: unknown): SqlResult {
  if (!isObject(result) || !Array.isArray(result.columns) || !Array.isArray(result.rows))
    throw new TypeError(UNEXPECTED);
  const columns = result.columns.map(String);
  const rows = result.rows.map((row: unknown) => {
    if (!Array.isArray(row) || row.length !== columns.length) throw new TypeError(UNEXPECTED);
    return row.map(parseValue);
  });
  return { columns, rows, truncated: result.truncated === true };
}

function parseValue(value: unknown): SqlValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (value instanceof ArrayBuffer) return value;
  throw new TypeError(UNEXPECTED);
}

const UNEXPECTED = "The app's database did not answer as SQLite does.";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
