import { type Context, planOfActor } from "../accounts/index.ts";
import type { Project, ProjectInput } from "../contract/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { outboxStatement } from "../webhooks/index.ts";
import { prepareBatch } from "./batch-statement.ts";
import { getProject } from "./get-project.ts";
import { insertProject, requireProjectRoom } from "./store.ts";
import { templateFiles } from "./templates.ts";

/**
 * Creates a project, with a template's files if named, in one commit.
 * @param opId the idempotency key
 * @throws AppError `too_many_projects`
 */
export async function createProject(
  context: Context,
  input: ProjectInput,
  opId = newId("operation"),
): Promise<Project> {
  const { database, actor } = context;
  const id = newId("project");
  const operations = templateFiles(input.template ?? "blank");
  const row = { id, ownerId: actor.ownerId, name: input.name, description: input.description ?? "", space: id };
  const { result } = await commit(database, {
    opId,
    kind: "project.created",
    result: { projectId: id },
    statements: [
      insertProject(database, row),
      requireProjectRoom(database, actor.ownerId, planOfActor(actor).projects),
      ...(operations.length > 0
        ? [
            prepareBatch(context, { projectId: id, opId, input: { operations, message: "Start from a template" } })
              .statement,
          ]
        : []),
      outboxStatement(database, {
        ownerId: actor.ownerId,
        projectId: id,
        type: "project.created",
        data: { projectId: id, name: input.name },
      }),
    ],
  });
  return getProject(context, projectIdOf(result));
}

/**
 * Parses the project's id from an operation's stored result.
 * @throws AppError `internal` when the result names no project
 */
export function projectIdOf(result: unknown): string {
  if (typeof result === "object" && result !== null && "projectId" in result && typeof result.projectId === "string") {
    return result.projectId;
  }
  throw new AppError("internal", "The stored result of the operation names no project.");
}
