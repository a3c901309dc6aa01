import type { Context } from "../accounts/index.ts";
import type { Run } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { findRun } from "./get-run.ts";
import { handOverLost } from "./hand-over.ts";
import { askSession, type SessionEnv, sessionOf } from "./session-client.ts";
import { shownRow } from "./shown.ts";

/** Cancels a run; one that has ended stays as it is. */
export async function cancelRun(context: Context, env: SessionEnv, id: string): Promise<Run> {
  const row = await findRun(context, id);
  if (row.endedAt !== null) return shownRow(row);
  const cancel = () => askSession(env, row.projectId, (session) => session.cancel(id));
  const cancelled = await cancel();
  if (cancelled) return cancelled;
  // One that waits to be handed over, or was lost on the way, ends as any other does: by its Session.
  await handOverLost(env, row, []);
  return (await cancel()) ?? shownRow(row);
}

/**
 * Answers what a waiting run asked.
 * @throws AppError `not_waiting`
 */
export async function answerRun(context: Context, env: SessionEnv, id: string, text: string): Promise<Run> {
  const row = await findRun(context, id);
  const answered = row.endedAt === null ? await sessionOf(env, row.projectId).answer(id, text) : null;
  if (!answered?.isAnswered || !answered.run)
    throw new AppError("not_waiting", "This run is not waiting for an answer.");
  return answered.run;
}
