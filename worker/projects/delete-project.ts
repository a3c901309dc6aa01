import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { getProject } from "./get-project.ts";
import { deleteProjectRow } from "./store.ts";

type Input = { id: string; ifMatch: string | null };

/**
 * Deletes a project with all it holds: files, history, conversation, runs.
 * @throws AppError `not_found`, `precondition_failed`
 */
export async function deleteProject(
  context: Context,
  { id, ifMatch }: Input,
  opId = newId("operation"),
): Promise<void> {
  const { database, actor } = context;
  const { ownerId } = actor;
  const { result } = await commit(database, {
    opId,
    kind: "project.deleted",
    statements: [
      deleteProjectRow(database, { ownerId, id, ifMatch, opId }),
      outboxOfOperation(database, { opId, ownerId, projectId: id, type: "project.deleted" }),
    ],
  });
  if (result !== null) return;
  await getProject(context, id);
  throw new AppError("precondition_failed", "The project has changed since you read it.");
}
