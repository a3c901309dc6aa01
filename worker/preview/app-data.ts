import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, PreviewLog } from "../contract/index.ts";
import { getProject } from "../projects/index.ts";

const mostLines = 500;

/** The newest lines of an app's log, oldest first. */
export async function readLogs(context: Context, builder: BuilderRpc, projectId: string): Promise<PreviewLog[]> {
  await getProject(context, projectId);
  return builder.logs(projectId, mostLines);
}

/** Empties an app's database. */
export async function clearData(context: Context, builder: BuilderRpc, projectId: string): Promise<void> {
  await getProject(context, projectId);
  await builder.clearData(projectId);
}
