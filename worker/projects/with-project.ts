import type { Context } from "../accounts/index.ts";
import { getProject } from "./get-project.ts";

/**
 * Does what needs a project at several places. Where it fails and the project is gone by then, that is what went wrong,
 * whatever the place that noticed it has said.
 * @throws AppError `not_found`
 */
export async function withProject<T>(context: Context, projectId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await getProject(context, projectId);
    throw error;
  }
}
