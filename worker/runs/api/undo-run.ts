import type { Context } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";
import { revisionBeforeRun, undoRun as undoChanges } from "../../projects/index.ts";
import { findRun } from "./get-run.ts";

/**
 * Undoes an ended run's changes of the project's files, as one new revision.
 * @param requireData throws, before any change, when the preview's data should be restored too and cannot be
 * @returns the revision with its changes, the project it belongs to, and the revision that was the head before the run
 * @throws AppError `not_found`; `conflict` while the run is active, or when it changed nothing; `revision_conflict`
 */
export async function undoRun(
  context: Context,
  id: string,
  requireData: (projectId: string, before: number) => Promise<void>,
  opId?: string,
) {
  const { projectId, prompt, endedAt } = await findRun(context, id);
  if (endedAt === null) throw new AppError("conflict", "This run has not ended. Cancel it first, then undo it.");
  const before = await revisionBeforeRun(context, projectId, id);
  await requireData(projectId, before);
  const undone = await undoChanges(context, { projectId, runId: id, prompt }, opId);
  return { projectId, before, ...undone };
}
