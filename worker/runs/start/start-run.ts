import type { Context } from "../../accounts/index.ts";
import type { SessionEnv } from "../session-client.ts";
import type { Dispatch } from "./dispatch-run.ts";
import { insertVerified, type VerifiedRequest } from "./insert-run.ts";

/**
 * Starts a run for a verified caller, or queues it behind the project's active run: inserts it, and dispatches it to
 * the project's Session.
 * @returns the result of `dispatch`
 * @throws AppError as `insertVerified` does; `not_found` when the project was deleted meanwhile
 */
export async function startRun<T>(
  context: Context,
  env: SessionEnv,
  request: VerifiedRequest,
  dispatch: Dispatch<T>,
): Promise<T> {
  return dispatch(env, await insertVerified(context, env, request));
}
