import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import type { BuildAttempts } from "./build-attempts.ts";
import { buildProject, lateBuild, type ProjectBuild, stoppedBuild, tooLargeBuild } from "./build-project.ts";
import { readTree } from "./read-tree.ts";

/**
 * The maximum duration of a build. A person waits for the result, and so does every other build in the isolate that
 * needs the bundler.
 */
const MAX_BUILD_MS = 180_000;

type Building = Parameters<typeof buildProject>[1];

/**
 * Reads a revision's files and builds them, unless earlier builds of the revision have repeatedly exceeded the
 * isolate's limits or the maximum duration.
 */
export async function buildRevision(
  env: Environment,
  grant: Grant,
  { projectId, attempts, ...building }: Building & { projectId: string; attempts: BuildAttempts },
): Promise<ProjectBuild> {
  const tree = await readTree(env, grant, projectId);
  if (tree === null) return tooLargeBuild();
  const mayBegin = await attempts.begin(grant.revision);
  const { promise: late, resolve } = Promise.withResolvers<ProjectBuild>();
  const ending = new AbortController();
  const timer = setTimeout(() => {
    ending.abort(new Error("The build took too long."));
    resolve(lateBuild(MAX_BUILD_MS));
  }, MAX_BUILD_MS);
  try {
    const work = mayBegin ? buildProject(tree, { ...building, deadline: ending.signal }) : stoppedBuild();
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // A build that times out keeps counting as a lost attempt.
    if (!ending.signal.aborted) attempts.end(grant.revision);
  }
}
