import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataRow, type DataValues, dataRow } from "../../contract/index.ts";
import { callData, type DataPlace, rowidFrom } from "./call-data.ts";

/**
 * Inserts a row.
 * @returns the stored row
 * @throws AppError `not_found`, `read_only`, `invalid_request`, `constraint_failed`, `storage_exceeded`
 */
export async function insertDataRow(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { table, values }: { table: string; values: DataValues },
): Promise<DataRow> {
  const { object } = place;
  return dataRow.parse(await callData(context, builder, place, { kind: "insert", object, table, values }));
}

/**
 * Changes columns of a row.
 * @returns the stored row
 * @throws AppError `not_found`, `read_only`, `invalid_request`, `constraint_failed`, `storage_exceeded`
 */
export async function updateDataRow(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { table, rowid, values }: { table: string; rowid: string; values: DataValues },
): Promise<DataRow> {
  const { object } = place;
  const operation = { kind: "update", object, table, rowid: rowidFrom(rowid), values } as const;
  return dataRow.parse(await callData(context, builder, place, operation));
}

/**
 * Deletes a row.
 * @throws AppError `not_found`, `read_only`, `constraint_failed`
 */
export async function deleteDataRow(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { table, rowid }: { table: string; rowid: string },
): Promise<void> {
  const { object } = place;
  await callData(context, builder, place, { kind: "delete", object, table, rowid: rowidFrom(rowid) });
}
