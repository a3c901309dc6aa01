import type { Context } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";
import { undoRun as undoChanges } from "../../projects/index.ts";
import { findRun } from "./get-run.ts";

/**
 * Undoes an ended run's changes of the project's files, as one new revision.
 * @returns the revision with its changes, and the project it belongs to
 * @throws AppError `not_found`; `conflict` while the run goes on, and when it changed nothing; `revision_conflict`
 */
export async function undoRun(context: Context, id: string, opId?: string) {
  const { projectId, prompt, endedAt } = await findRun(context, id);
  if (endedAt === null) throw new AppError("conflict", "This run has not ended. Cancel it first, then undo it.");
  return { projectId, ...(await undoChanges(context, { projectId, runId: id, prompt }, opId)) };
}
