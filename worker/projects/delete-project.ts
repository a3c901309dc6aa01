import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { deleteStatement, queuePublicationEnd } from "./store.ts";

type Input = { id: string; ifMatch: string | null };

/**
 * Deletes a project with its files, history, conversation, runs, and the contents that no fork uses.
 * @param ifMatch the ETag that the project must have; null for any
 * @throws AppError `not_found`, `precondition_failed`
 */
export async function deleteProject(
  context: Context,
  { id, ifMatch }: Input,
  opId = newId("operation"),
): Promise<void> {
  const { database, actor } = context;
  const { ownerId } = actor;
  const meta = { opId, projectId: id, ownerId, ...(ifMatch !== null && { ifMatch }) };
  await commit(database, {
    opId,
    kind: "project.deleted",
    statements: [
      deleteStatement(database, meta),
      queuePublicationEnd(database, id),
      outboxOfOperation(database, { opId, ownerId, projectId: id, type: "project.deleted" }),
    ],
  });
}
