import type { Run } from "../../contract/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";

/**
 * Waits for a run to end.
 * @param waitMs timeout in milliseconds
 * @returns the run when it has ended or the timeout has elapsed; null when its Session does not know it
 */
export function whenEnded(
  env: SessionEnv,
  { id, projectId }: Pick<Run, "id" | "projectId">,
  waitMs: number,
): Promise<Run | null> {
  const until = Date.now() + waitMs;
  return askSession(env, projectId, (session) => session.whenEnded(id, Math.max(0, until - Date.now())));
}
