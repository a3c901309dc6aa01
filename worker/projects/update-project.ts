import type { Context } from "../accounts/index.ts";
import type { Project, ProjectUpdate } from "../contract/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { getProject } from "./get-project.ts";
import { updateProjectRow } from "./store.ts";
import { projectEtag } from "./to-api.ts";

type Input = { id: string; change: ProjectUpdate; ifMatch: string | null };

/**
 * Renames a project or changes its description. Without a difference it changes nothing and emits no event.
 * @param ifMatch the ETag that the project must have; null for any
 * @throws AppError `not_found`, `precondition_failed`
 */
export async function updateProject(
  context: Context,
  { id, change, ifMatch }: Input,
  opId = newId("operation"),
): Promise<Project> {
  const { database, actor } = context;
  const { name, description } = change;
  const set = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
  const { ownerId } = actor;
  const { result } = await commit(database, {
    opId,
    kind: "project.updated",
    statements: [
      updateProjectRow(database, { ownerId, id, change: set, ifMatch, opId }),
      outboxOfOperation(database, { opId, ownerId, projectId: id, type: "project.updated" }),
    ],
  });
  const project = await getProject(context, id);
  if (result === null && ifMatch !== null && projectEtag(project) !== ifMatch)
    throw new AppError("precondition_failed", "The project has changed since you read it.");
  return project;
}
