import type { Context } from "../accounts/index.ts";
import { getProject } from "./get-project.ts";

/**
 * Runs work that involves other services. When it fails and the project has been deleted meanwhile, reports the
 * deletion instead of the failure that it caused.
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
