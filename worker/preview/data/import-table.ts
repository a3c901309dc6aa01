import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import type { BuilderRpc } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callData, type DataPlace } from "./call-data.ts";

/** The maximum number of rows: the app waits about half a second while so many are inserted. */
const maxImportRows = 50_000;

/**
 * The accepted line ends, which may be mixed, as when a program on another system has appended to a file. The parser
 * would expect the first line's end everywhere, and leave a carriage return in the last column of other lines.
 */
const lineEnds = ["\r\n", "\n", "\r"];

const records = z.array(z.array(z.string().nullable()));

/**
 * Inserts the rows of a CSV into a table, all or none. SQLite converts a text to a number in a numeric column.
 * @returns the number of inserted rows
 * @throws AppError `invalid_request` with the line at fault, `not_found`, `read_only`, `constraint_failed`,
 * `storage_exceeded`
 */
export async function importDataTable(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { table, csv }: { table: string; csv: string },
): Promise<number> {
  const [header, ...rows] = recordsOf(csv);
  const columns = (header ?? []).map((name) => name ?? "");
  if (columns.length === 0) throw invalid("The first line must contain the names of columns.");
  if (new Set(columns).size < columns.length) throw invalid("The first line contains a name twice.");
  if (rows.length > maxImportRows) throw invalid(`You can import at most ${maxImportRows} rows at a time.`);
  const { object } = place;
  return z.int().parse(await callData(context, builder, place, { kind: "import", object, table, columns, rows }));
}

/** Parses a CSV (RFC 4180). An empty field is NULL, a quoted empty one a text. */
function recordsOf(csv: string): z.infer<typeof records> {
  try {
    const cast = (value: string, { quoting }: { quoting: boolean }) => (value === "" && !quoting ? null : value);
    return records.parse(parse(csv, { bom: true, cast, skip_empty_lines: true, record_delimiter: lineEnds }));
  } catch (failure) {
    if (failure instanceof CsvError) throw invalid(failure.message);
    throw failure;
  }
}

const invalid = (detail: string): AppError => new AppError("invalid_request", detail);
