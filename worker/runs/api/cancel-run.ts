import type { Context } from "../../accounts/index.ts";
import type { Run } from "../../contract/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { redispatchLost } from "../start/dispatch-run.ts";
import { toRun } from "../to-api.ts";
import { findRun } from "./get-run.ts";

/** Cancels a run; one that has ended stays as it is. */
export async function cancelRun(context: Context, env: SessionEnv, id: string): Promise<Run> {
  const row = await findRun(context, id);
  if (row.endedAt !== null) return toRun(row);
  const cancel = () => askSession(env, row.projectId, (session) => session.cancel(id));
  const cancelled = await cancel();
  if (cancelled) return cancelled;
  // One that waits to be handed over, or was lost on the way, ends as any other does: by its Session.
  await redispatchLost(env, row, []);
  return (await cancel()) ?? toRun(row);
}
