import { z } from "zod";
import { authorOf, type Context, planOfActor } from "../accounts/index.ts";
import { newId, type Project } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { outboxStatement } from "../webhooks/index.ts";
import { treeLimits } from "./file-limit.ts";
import { forkStatement } from "./store.ts";

/** The stored result of `fork_project` and `copy_publication`. */
const created = z.object({
  projectId: z.string(),
  name: z.string(),
  description: z.string(),
  head: z.int(),
  visibility: z.enum(["private", "public"]),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});

type Input = { id: string; name?: string | undefined };

/**
 * Creates a project from another project's head, in one commit that copies no content. Its history begins with the
 * fork.
 * @throws AppError `not_found`, `too_many_projects`, `storage_exceeded`
 */
export async function forkProject(context: Context, { id, name }: Input, opId = newId("operation")): Promise<Project> {
  const { database, actor } = context;
  const plan = planOfActor(actor);
  const { ownerId } = actor;
  const projectId = newId("project");
  const meta = {
    opId,
    projectId,
    source: id,
    ownerId,
    author: authorOf(actor),
    ...treeLimits(plan),
    maxProjects: plan.projects,
    maxStoredBytes: plan.storedBytes,
    ...(name !== undefined && { name }),
  };
  const { result } = await commit(database, {
    opId,
    kind: "project.forked",
    statements: [
      outboxStatement(database, { ownerId, projectId, type: "project.created", data: { projectId, forkOf: id } }),
      forkStatement(database, meta),
    ],
  });
  return createdProject(result);
}

/** Returns the project that `fork_project` or `copy_publication` has created, from the operation's stored result. */
export function createdProject(result: unknown): Project {
  const { projectId, createdAt, updatedAt, ...rest } = created.parse(result);
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id: projectId, ...rest, role: "owner", published: null, ...times };
}
