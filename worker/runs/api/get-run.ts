import type { Context } from "../../accounts/index.ts";
import type { Run } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { type RunRow, selectRun } from "../store.ts";
import { toRun } from "../to-api.ts";

/**
 * Reads the row of a run of the caller's account.
 * @throws AppError `not_found`, both for a missing run and for another account's
 */
export async function findRun({ database, actor }: Context, id: string): Promise<RunRow> {
  const [row] = await executeIdempotent(selectRun(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "Run not found.");
  return row;
}

/**
 * Returns a run: from Postgres when it has ended, otherwise from its Session.
 * @throws AppError `not_found`
 */
export async function getRun(context: Context, env: SessionEnv, id: string): Promise<Run> {
  const row = await findRun(context, id);
  if (row.endedAt !== null) return toRun(row);
  return (await askSession(env, row.projectId, (session) => session.describe(id))) ?? toRun(row);
}
