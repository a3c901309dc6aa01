import { authorOf, type Context, planOfActor } from "../accounts/index.ts";
import type { Plan } from "../billing/index.ts";
import { newId, type Project } from "../contract/index.ts";
import { commit, type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { newEventId } from "../webhooks/index.ts";
import { fileTooLarge } from "./batch-statement.ts";
import { copyStatement, selectCopyable, updateCopyable } from "./copy-store.ts";
import { importedFileLimit, treeLimits } from "./file-limit.ts";
import { createdProject } from "./fork-project.ts";
import { selectProject, selectTreeAt } from "./store.ts";

/** A published app that others may copy. */
export type Copyable = { projectId: string; name: string; publishedName: string | null; revision: number };

const noProject = () => new AppError("not_found", "Project not found.");

/** Returns whether others may copy a project's published app. @throws AppError `not_found` */
export async function getCopyable({ database, actor }: Context, projectId: string): Promise<boolean> {
  const [row] = await executeIdempotent(selectProject(database, actor.ownerId, projectId));
  if (!row) throw noProject();
  return row.isCopyable;
}

/** Sets whether others may copy a project's published app. @throws AppError `not_found` */
export async function putCopyable({ database, actor }: Context, projectId: string, isAllowed: boolean): Promise<void> {
  const [row] = await executeIdempotent(updateCopyable(database, actor.ownerId, projectId, isAllowed));
  if (!row) throw noProject();
}

/**
 * Returns a published app of any account that everybody may copy.
 * @returns null when nobody may copy it, or while its owner's account is suspended or about to be deleted
 */
export async function findCopyable(database: Database, projectId: string): Promise<Copyable | null> {
  const [row] = await executeIdempotent(selectCopyable(database, projectId));
  if (row === undefined || row.revision === null) return null;
  return { ...row, revision: row.revision };
}

type Input = { source: Copyable; name: string };

/**
 * Creates a project from the files of another account's published app, in one commit that also emits an event for the
 * app's owner. Copies the contents, so that the accounts share nothing.
 * @throws AppError `conflict` when the app has changed since it was found; `file_too_large`, `project_too_large`,
 *   `too_many_projects`, `storage_exceeded` by the plan of the caller
 */
export async function copyPublication(
  context: Context,
  { source, name }: Input,
  opId = newId("operation"),
): Promise<Project> {
  const { database, actor } = context;
  const plan = planOfActor(actor);
  await requireFileSizes(database, source, plan);
  const projectId = newId("project");
  const { ownerId } = actor;
  const meta = {
    ...{ opId, projectId, ownerId, name, source: source.projectId, revision: source.revision },
    author: authorOf(actor),
    message: `Copy of ${source.name}`,
    createdEventId: newEventId(),
    copiedEventId: newEventId(),
    auditId: newId("audit"),
    ...treeLimits(plan),
    maxProjects: plan.projects,
    maxStoredBytes: plan.storedBytes,
  };
  const { result } = await commit(database, {
    opId,
    kind: "project.copied",
    statements: [copyStatement(database, meta)],
  });
  if (result === null) throw new AppError("conflict", "The app changed a moment ago. Try again.");
  return createdProject(result);
}

/** Refuses files that the plan of the caller does not allow: a copy without them would not run. */
async function requireFileSizes(database: Database, source: Copyable, plan: Plan): Promise<void> {
  for (const { path, bytes } of await executeIdempotent(selectTreeAt(database, source.projectId, source.revision))) {
    const limit = importedFileLimit(path, plan);
    if (bytes > limit) throw fileTooLarge(path, bytes, limit);
  }
}
