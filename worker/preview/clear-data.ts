import type { Context } from "../accounts/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";

/**
 * Deletes all data of an app's preview database.
 * @throws AppError `not_found`
 */
export async function clearData(context: Context, builder: BuilderRpc, projectId: string): Promise<void> {
  await getProject(context, projectId);
  await callBuilder(context, projectId, () => builder.clearData(projectId));
}
