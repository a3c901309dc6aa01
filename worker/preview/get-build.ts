import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, BuildSummary } from "../contract/index.ts";
import { getProject, parseRevision } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { capabilityFor } from "./preview-access.ts";

/**
 * Returns the preview's build of a revision: its files with their sizes, its duration and its diagnostics. Builds the
 * revision when it is not built yet; a failed build is returned, not thrown.
 * @param revision a number, or `head`
 * @throws AppError `not_found`
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
