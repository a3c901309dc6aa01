import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, BuildSummary } from "../contract/index.ts";
import { getProject, parseRevision } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { capabilityFor } from "./preview-access.ts";

/**
 * Gets what the preview's build of a revision consists of: its files with their sizes, its time and its diagnostics. A
 * revision that is not built yet is built; a build that failed is no error.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function getBuild(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: { projectId: string; revision: string },
): Promise<BuildSummary> {
  const { head } = await getProject(context, projectId);
  const at = parseRevision(revision, head);
  const capability = await capabilityFor(context.config, projectId, at);
  return callBuilder(context, projectId, () => builder.buildSummary(capability, projectId, at));
}
