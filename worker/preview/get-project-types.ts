import type { Context } from "../accounts/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { getProject, parseRevision } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { capabilityFor } from "./preview-access.ts";

/**
 * Streams the inputs of the type checker for a revision as JSON: the project's scripts, the declarations of its packages
 * and the compiler options.
 * @param revision a number, or `head`
 * @param known the key of the packages that the caller has; empty when it has none
 * @throws AppError `not_found`, `project_too_large`
 */
export async function getProjectTypes(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision, known }: { projectId: string; revision: string; known: string },
): Promise<ReadableStream<Uint8Array>> {
  const { head } = await getProject(context, projectId);
  const at = parseRevision(revision, head);
  const capability = await capabilityFor(context.config, projectId, at);
  const types = await callBuilder(context, projectId, () => builder.projectTypes(capability, projectId, at, known));
  if (types === null) throw new AppError("project_too_large", "The project has too many files to read their types.");
  return types;
}
