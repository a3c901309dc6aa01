import type { Context } from "../accounts/index.ts";
import { AppError } from "../errors.ts";
import { withProject } from "../projects/index.ts";

/** Seconds until a preview Worker that was stopped is likely to respond again. */
const RESTART_SECONDS = 2;

/**
 * Calls the preview Worker for a project. A deployment, or an app that exceeds its resources, may stop the Worker's
 * runtime during the call: the caller may retry.
 * @throws AppError `not_found` when the project was deleted meanwhile, `dependency_down` without a response
 */
export async function callBuilder<T>(context: Context, projectId: string, call: () => Promise<T>): Promise<T> {
  return withProject(context, projectId, () => requireAnswer(call()));
}

/**
 * Awaits a response of the preview Worker.
 * @throws AppError `dependency_down` when the call fails; rethrows the call's own AppError
 */
export async function requireAnswer<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const detail = "The preview isn't responding: it may be restarting. Try again.";
    throw new AppError("dependency_down", detail, { cause, retryAfter: RESTART_SECONDS });
  }
}
