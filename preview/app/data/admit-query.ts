import { DataFault } from "./data-fault.ts";
import type { Database } from "./database.ts";
import { sql } from "./database.ts";
import { type Operation, QueryProgram, type Sizes } from "./query-program.ts";
import type { SqlBinding, SqlResult, SqlValue } from "./sql-channel.ts";
import { hasSeveralStatements, quoteName, verbOf } from "./sql-text.ts";

/**
 * The maximum number of SQLite virtual-machine operations that a query may need: about one second of work (measured in
 * bench/app-data.ts).
 */
const maxOperations = 30_000_000;
/** The maximum number of operations in a query's program. Planning and bounding a longer program takes too long. */
const maxProgramLength = 5_000;
const LONGEST_VALUE = 2_000_000;

const WRITES = new Set([
  "OpenWrite",
  "Clear",
  "Destroy",
  "CreateBtree",
  "ParseSchema",
  "SetCookie",
  "VUpdate",
  "VCreate",
  "VDestroy",
  "Vacuum",
  "JournalMode",
]);

/**
 * Admits a query that only reads and ends soon. The runtime cannot interrupt SQLite, which blocks the app while a query
 * executes, so this bounds the query's program before its execution.
 * @throws DataFault `read_only`, `query_refused`, `invalid_query`
 */
export async function admitQuery(database: Database, text: string, values: SqlBinding[]): Promise<void> {
  if (hasSeveralStatements(text)) throw new DataFault("read_only", "Send one statement at a time.");
  if (!["SELECT", "WITH", "VALUES"].includes(verbOf(text))) throw new DataFault("read_only", READ_ONLY);
  const { results, databaseSize } = await database.run([
    sql(`EXPLAIN QUERY PLAN ${text}`, ...values),
    sql(`EXPLAIN ${text}`, ...values),
    sql("SELECT name, tbl_name, type, rootpage FROM sqlite_schema WHERE rootpage > 0"),
  ]);
  const [plan, program, schema] = results;
  if (plan === undefined || program === undefined || schema === undefined) throw refused("It could not be planned.");
  if (plan.rows.some((row) => String(row.at(-1)).includes("RECURSIVE STEP"))) throw refused("It is recursive.");
  const operations = operationsOf(program);
  if (operations.some(({ opcode, p2 }) => WRITES.has(opcode) || (opcode === "Transaction" && p2 !== 0)))
    throw new DataFault("read_only", READ_ONLY);
  if (operations.length > maxProgramLength) throw refused("It is too long.");
  const counted = await countTables(database, schema, operations);
  await requireBound(database, operations, { ...counted, databaseBytes: databaseSize });
}

const READ_ONLY = "Only SELECT, VALUES and WITH are allowed here: a statement that reads.";

const refused = (why: string): DataFault =>
  new DataFault("query_refused", `The query was not executed, since the app would have to wait for it. ${why}`);

const operationsOf = ({ rows }: SqlResult): Operation[] =>
  rows.map(([, opcode, p1, p2, p3, p4]) => ({
    opcode: String(opcode),
    p1: Number(p1),
    p2: Number(p2),
    p3: Number(p3),
    p4: String(p4 ?? ""),
  }));

type Counted = { tables: Map<number, string>; indexes: Map<number, string>; rows: Map<string, number> };

/** Counts the rows of the tables that the program opens. */
async function countTables(database: Database, schema: SqlResult, operations: readonly Operation[]): Promise<Counted> {
  const opened = new Set(operations.flatMap(({ opcode, p2 }) => (opcode === "OpenRead" ? [p2] : [])));
  const used = schema.rows.filter(([, , , root]) => opened.has(Number(root)));
  const tables = new Map(used.map(([, table, , root]) => [Number(root), String(table)]));
  const indexes = new Map(
    used.flatMap(([name, , type, root]) => (type === "index" ? [[Number(root), String(name)] as const] : [])),
  );
  const names = [...new Set(tables.values())];
  const { results } = await database.run(names.map((name) => sql(`SELECT count(*) FROM ${quoteName(name)}`)));
  const rows = new Map(names.map((name, at) => [name, numberIn(results[at])]));
  return { tables, indexes, rows };
}

const numberIn = (result: SqlResult | undefined): number => Number(result?.rows[0]?.[0] ?? 0);

async function requireBound(
  database: Database,
  operations: readonly Operation[],
  { tables, indexes, rows, databaseBytes }: Counted & { databaseBytes: number },
): Promise<void> {
  const groups = new Map<string, { index: string; table: string; columns: number }>();
  const most = Math.max(0, ...rows.values());
  const rowsAt = (root: number): number => (tables.has(root) ? (rows.get(tables.get(root) ?? "") ?? 0) : 10_000);
  const pessimistic: Sizes = {
    rowsAt,
    largestGroup: (root, columns) => {
      const index = indexes.get(root);
      const table = tables.get(root);
      if (index !== undefined && table !== undefined) groups.set(`${root}:${columns}`, { index, table, columns });
      return Number.POSITIVE_INFINITY;
    },
    virtualRows: Math.max(most, 100_000),
    maxValueLength: LONGEST_VALUE,
    databaseBytes,
  };
  if (new QueryProgram(operations, pessimistic).cost() <= maxOperations) return;
  const found = await largestGroups(database, groups);
  const maxValueLength = await maxLengthIn(database, [...rows.keys()]);
  const measured: Sizes = {
    ...pessimistic,
    largestGroup: (root, columns) => found.get(`${root}:${columns}`) ?? Number.POSITIVE_INFINITY,
    virtualRows: Math.max(most, 1_000, maxValueLength / 2),
    maxValueLength: Math.max(maxValueLength, 100),
  };
  if (new QueryProgram(operations, measured).cost() <= maxOperations) return;
  throw refused("It may have to read too many rows: join tables by an indexed column, or read fewer of them.");
}

/** Returns the size of the largest group of rows with equal values in the first columns of an index. */
async function largestGroups(
  database: Database,
  groups: ReadonlyMap<string, { index: string; table: string; columns: number }>,
): Promise<Map<string, number>> {
  const wanted = [...groups];
  const { results } = await database.run(
    wanted.map(([, { index }]) => sql(`SELECT name FROM pragma_index_info(${quoteText(index)}) ORDER BY seqno`)),
  );
  const statements = wanted.map(([, { table, columns }], at) => {
    const names = (results[at]?.rows ?? []).slice(0, columns).map(([name]) => nameOrRowid(name));
    const key = names.length === 0 ? "rowid" : names.join(", ");
    return sql(`SELECT max(n) FROM (SELECT count(*) AS n FROM ${quoteName(table)} GROUP BY ${key})`);
  });
  const counted = await database.run(statements);
  return new Map(wanted.map(([key], at) => [key, numberIn(counted.results[at])]));
}

/** EXPLAIN gives no column name for an index on an expression: all rows may be in one group. */
const nameOrRowid = (name: SqlValue | undefined): string => (typeof name === "string" ? quoteName(name) : "NULL");

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Returns the bytes of the longest value in these tables; reads only the rows' headers. */
async function maxLengthIn(database: Database, tables: readonly string[]): Promise<number> {
  const columns = await database.run(
    tables.map((table) => sql(`SELECT name FROM pragma_table_xinfo(${quoteText(table)})`)),
  );
  const statements = tables.flatMap((table, at) => {
    const lengths = (columns.results[at]?.rows ?? []).map(([name]) => `max(octet_length(${quoteName(String(name))}))`);
    return lengths.length === 0 ? [] : [sql(`SELECT ${lengths.slice(0, 100).join(", ")} FROM ${quoteName(table)}`)];
  });
  const { results } = await database.run(statements);
  return Math.max(0, ...results.flatMap(({ rows }) => (rows[0] ?? []).map((length) => Number(length ?? 0))));
}
