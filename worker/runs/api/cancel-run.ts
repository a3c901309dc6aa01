import type { Context } from "../../accounts/index.ts";
import type { Run } from "../../contract/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { redispatchLost } from "../start/dispatch-run.ts";
import { toRun } from "../to-api.ts";
import { findRun } from "./get-run.ts";

/**
 * Cancels a run; returns a run that has already ended unchanged.
 * @throws AppError `not_found`
 */
export async function cancelRun(context: Context, env: SessionEnv, id: string): Promise<Run> {
  const row = await findRun(context, id);
  if (row.endedAt !== null) return toRun(row);
  const cancel = () => askSession(env, row.projectId, (session) => session.cancel(id));
  const cancelled = await cancel();
  if (cancelled) return cancelled;
  // A run whose dispatch is pending or was lost is dispatched first, so that its Session ends it like any other.
  await redispatchLost(env, row, []);
  return (await cancel()) ?? toRun(row);
}
