import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import type { BuilderRpc } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callData, type DataPlace } from "./call-data.ts";

/** The app waits while rows are inserted, about half a second for so many. */
const maxImportRows = 50_000;

/**
 * Each line may end in its own way, as where a program on another system has appended to a file. The parser by itself takes the
 * end of the first line for all, and leaves a carriage return in the last column of the others.
 */
const lineEnds = ["\r\n", "\n", "\r"];

const records = z.array(z.array(z.string().nullable()));

/**
 * Inserts the rows of a CSV into a table, all or none. SQLite converts a text to a number where its column is one.
 * @returns how many
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
  if (columns.length === 0) throw invalid("The first line must have the names of columns.");
  if (new Set(columns).size < columns.length) throw invalid("The first line has a name twice.");
  if (rows.length > maxImportRows) throw invalid(`At most ${maxImportRows} rows at a time.`);
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
