import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import {
  type BuilderRpc,
  type DataFilter,
  type DataOperation,
  type DataOrder,
  type DataRow,
  type DataSnapshot,
  type DataTable,
  dataDatabase,
  dataObject,
  dataRow,
  dataSnapshot,
  dataTable,
  type Page,
} from "../../contract/index.ts";
import { cursorOf, type PageRequest, pageFrom } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { callData, type DataPlace } from "./call-data.ts";

const rowsPage = z.object({ rows: z.array(dataRow), next: z.string().nullable() });

/** Lists the tables of an app's database by name. */
export async function listDataTables(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  page: PageRequest,
): Promise<Page<DataTable>> {
  const { object } = place;
  const tables = z.array(dataTable).parse(await callData(context, builder, place, { kind: "tables", object }));
  return pageOfAll(tables, page, ({ name }) => name);
}

/** Lists the app's Durable Objects. */
export async function listDataObjects(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  page: PageRequest,
): Promise<Page<z.infer<typeof dataObject>>> {
  const objects = z.array(dataObject).parse(await callData(context, builder, place, { kind: "objects" }));
  return pageOfAll(objects, page, ({ className, id }) => `${className}:${id}`);
}

/** Lists the app's D1 databases by name. */
export async function listDataDatabases(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  page: PageRequest,
): Promise<Page<z.infer<typeof dataDatabase>>> {
  const databases = z.array(dataDatabase).parse(await callData(context, builder, place, { kind: "databases" }));
  return pageOfAll(databases, page, ({ name }) => name);
}

/** Lists the snapshots, newest first. */
export async function listDataSnapshots(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  page: PageRequest,
): Promise<Page<DataSnapshot>> {
  const snapshots = z.array(dataSnapshot).parse(await callData(context, builder, place, { kind: "snapshots" }));
  return pageOfAll(snapshots, page, ({ id }) => id);
}

type RowsInput = { table: string; order: DataOrder; sort: string | null; filter: DataFilter | null };

/**
 * Returns a page of a table's rows.
 * @throws AppError `not_found`, `invalid_request`, `invalid_cursor`, `query_refused`
 */
export async function listDataRows(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { page, ...input }: RowsInput & { page: PageRequest },
): Promise<Page<DataRow>> {
  const { list = "", limit, after } = page;
  const operation: DataOperation = { kind: "rows", object: place.object, query: { ...input, limit, after } };
  const { rows, next } = rowsPage.parse(await callData(context, builder, place, operation));
  return { data: rows, pagination: { hasMore: next !== null, nextCursor: next && cursorOf(list, next), limit } };
}

/**
 * Returns a page of a short list that was read as a whole.
 * @throws AppError `invalid_cursor` when the cursor's item no longer exists
 */
function pageOfAll<Item>(items: Item[], page: PageRequest, nameOf: (item: Item) => string): Page<Item> {
  const keyOf = (item: Item): string => Buffer.from(nameOf(item)).toString("base64url").slice(0, 190);
  const at = page.after === null ? -1 : items.findIndex((item) => keyOf(item) === page.after);
  if (page.after !== null && at === -1)
    throw new AppError("invalid_cursor", "Invalid cursor. Start again without one.");
  return pageFrom(items.slice(at + 1, at + 2 + page.limit), page, keyOf);
}
