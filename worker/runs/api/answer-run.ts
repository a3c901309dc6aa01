import type { Context } from "../../accounts/index.ts";
import type { Run } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { type SessionEnv, sessionOf } from "../session-client.ts";
import { findRun } from "./get-run.ts";

/**
 * Sends the person's answer to a run that waits for it.
 * @returns the run after the answer
 * @throws AppError `not_found`, `not_waiting`
 */
export async function answerRun(context: Context, env: SessionEnv, id: string, text: string): Promise<Run> {
  const row = await findRun(context, id);
  const answered = row.endedAt === null ? await sessionOf(env, row.projectId).answer(id, text) : null;
  if (!answered?.isAnswered || !answered.run)
    throw new AppError("not_waiting", "This run is not waiting for an answer.");
  return answered.run;
}
