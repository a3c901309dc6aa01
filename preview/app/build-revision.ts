import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import type { BuildAttempts } from "./build-attempts.ts";
import { buildProject, type ProjectBuild, stoppedBuild, tooLargeBuild } from "./build-project.ts";
import { readTree } from "./read-tree.ts";

type Building = Parameters<typeof buildProject>[1];

/** Reads a revision's files and builds them, unless builds of it have repeatedly exceeded the isolate's limits. */
export async function buildRevision(
  env: Environment,
  grant: Grant,
  { projectId, attempts, ...building }: Building & { projectId: string; attempts: BuildAttempts },
): Promise<ProjectBuild> {
  const tree = await readTree(env, grant, projectId);
  if (tree === null) return tooLargeBuild();
  const mayBegin = await attempts.begin(grant.revision);
  try {
    return mayBegin ? await buildProject(tree, building) : stoppedBuild();
  } finally {
    attempts.end(grant.revision);
  }
}
