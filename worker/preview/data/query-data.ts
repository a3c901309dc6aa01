import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataQueryResult, type DataValue, dataQueryResult } from "../../contract/index.ts";
import { callData, type DataPlace } from "./call-data.ts";

/**
 * Executes one read-only statement.
 * @throws AppError `not_found`, `read_only`, `invalid_query`, `query_refused`
 */
export async function queryData(
  context: Context,
  builder: BuilderRpc,
  place: DataPlace,
  { sql, params = [] }: { sql: string; params?: DataValue[] | undefined },
): Promise<DataQueryResult> {
  const { object } = place;
  return dataQueryResult.parse(await callData(context, builder, place, { kind: "query", object, sql, params }));
}
