import type { Context } from "../accounts/index.ts";
import { AppError } from "../errors.ts";
import { withProject } from "../projects/index.ts";

/** How soon a preview Worker that was stopped is likely to answer again, in seconds. */
const RESTART_SECONDS = 2;

/**
 * Calls the preview Worker for a project. Its runtime may be stopped or replaced in the middle of a call, by a deploy or by an app that
 * takes too much: what it was asked for can be asked for again.
 * @throws AppError `not_found` where the project was deleted meanwhile, `dependency_down` where the preview Worker gave no answer
 */
export async function callBuilder<T>(context: Context, projectId: string, call: () => Promise<T>): Promise<T> {
  return withProject(context, projectId, () => requireAnswer(call()));
}

/**
 * Waits for an answer of the preview Worker.
 * @throws AppError `dependency_down` where there is none, and what the call threw where that is an AppError
 */
export async function requireAnswer<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const detail = "The preview does not answer: it may be restarting. Try again.";
    throw new AppError("dependency_down", detail, { cause, retryAfter: RESTART_SECONDS });
  }
}
