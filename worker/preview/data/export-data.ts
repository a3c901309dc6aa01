import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataTable, type DataValue, dataRow, dataTable } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callData, type DataPlace } from "./call-data.ts";

const rowsPerCall = 1_000;

const rowsPage = z.object({ rows: z.array(dataRow), next: z.string().nullable() });
const dumpPart = z.object({
  text: z.string(),
  next: z.object({ table: z.int(), after: z.string().nullable() }).nullable(),
});

/**
 * Exports a table as CSV (RFC 4180), read as fast as the client consumes it. A row that changes meanwhile has the values
 * at the time when it is read.
 * @throws AppError `not_found`, `query_refused` before the first byte
 */
export async function exportDataTable(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  name: string,
): Promise<ReadableStream<Uint8Array>> {
  const { object } = place;
  const tables = z.array(dataTable).parse(await callData(context, builder, place, { kind: "tables", object }));
  const table = tables.find((one) => one.name === name);
  if (table === undefined) throw new AppError("not_found", "Table not found.");
  const pageAfter = async (after: string | null) => {
    const query = { table: name, limit: rowsPerCall, after, order: "asc", sort: null, filter: null } as const;
    return rowsPage.parse(await callData(context, builder, place, { kind: "rows", object, query }));
  };
  return streamOf(csvOf(table, await pageAfter(null), pageAfter));
}

/**
 * Exports a database as SQL, read as fast as the client consumes it.
 * @throws AppError `not_found` before the first byte
 */
export async function exportData(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
): Promise<ReadableStream<Uint8Array>> {
  const { object } = place;
  const partAt = async (at: z.infer<typeof dumpPart>["next"]) =>
    dumpPart.parse(await callData(context, builder, place, { kind: "dump", object, at }));
  return streamOf(sqlOf(await partAt(null), partAt));
}

type RowsPage = z.infer<typeof rowsPage>;

async function* csvOf(
  { columns }: DataTable,
  first: RowsPage,
  pageAfter: (after: string) => Promise<RowsPage>,
): AsyncGenerator<string, void> {
  const names = columns.map(({ name }) => name);
  yield lineOf(names);
  for (let page = first; ; page = await pageAfter(page.next)) {
    yield page.rows.map((row) => lineOf(names.map((name) => row[name] ?? null))).join("");
    if (page.next === null) return;
  }
}

async function* sqlOf(
  first: z.infer<typeof dumpPart>,
  partAt: (at: NonNullable<z.infer<typeof dumpPart>["next"]>) => Promise<z.infer<typeof dumpPart>>,
): AsyncGenerator<string, void> {
  for (let part = first; ; part = await partAt(part.next)) {
    yield part.text;
    if (part.next === null) return;
  }
}

const lineOf = (values: readonly DataValue[]): string => `${values.map(fieldOf).join(",")}\r\n`;

/** NULL is an empty field, and an empty text two quotes, so that an import tells them apart. */
function fieldOf(value: DataValue): string {
  if (value === null) return "";
  const text = typeof value === "object" ? Object.values(value).join("") : String(value);
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function streamOf(parts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
