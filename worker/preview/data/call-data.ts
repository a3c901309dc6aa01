import type { Context } from "../../accounts/index.ts";
import type { BuilderRpc, DataFaultCode, DataObject, DataOperation, DataTarget } from "../../contract/index.ts";
import { AppError, type ErrorCode } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { callBuilder } from "../call-builder.ts";
import { requireApp } from "../publication/staging.ts";

/** One database of one of a project's apps. */
export type DataPlace = { projectId: string; target: DataTarget; object: DataObject | null };

const codes: Record<DataFaultCode, ErrorCode> = {
  not_found: "not_found",
  invalid_cursor: "invalid_cursor",
  invalid_value: "invalid_request",
  invalid_query: "invalid_query",
  read_only: "read_only",
  query_refused: "query_refused",
  constraint_failed: "constraint_failed",
  storage_full: "storage_exceeded",
  snapshot_expired: "snapshot_expired",
};

/**
 * Executes an operation on the data of a project's app, for its owner.
 * @returns the result, which the caller parses
 * @throws AppError `not_found` when the project is not the caller's or nothing is staged, `dependency_down`, and the faults of the operation
 */
export async function callData(
  context: Context,
  builder: BuilderRpc,
  { projectId, target }: Pick<DataPlace, "projectId" | "target">,
  operation: DataOperation,
): Promise<unknown> {
  await getProject(context, projectId);
  await requireApp(context, { projectId, target });
  const answer = await callBuilder(context, projectId, () => builder.data(projectId, target, operation));
  if ("fault" in answer) throw new AppError(codes[answer.fault], answer.detail);
  return answer.value;
}

/**
 * Parses the path parameter of a row.
 * @throws AppError `not_found`
 */
export function rowidFrom(text: string): number | { integer: string } {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new AppError("not_found", "Row not found.");
  return Number.isSafeInteger(Number(text)) ? Number(text) : { integer: text };
}

/**
 * Parses the query parameters that name one of an app's databases; the contract has checked their form.
 * @returns null for the database of `App`
 * @throws AppError `invalid_request` for both parameters
 */
export function objectFrom({
  object,
  database,
}: {
  object?: string | undefined;
  database?: string | undefined;
}): DataObject | null {
  if (object !== undefined && database !== undefined)
    throw new AppError("invalid_request", "Name either an object or a database, not both.");
  if (database !== undefined) return { database };
  if (object === undefined) return null;
  const at = object.indexOf(":");
  return { className: object.slice(0, at), id: object.slice(at + 1) };
}
