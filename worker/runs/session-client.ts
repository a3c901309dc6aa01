import { timed } from "../monitoring/index.ts";
import type { Session } from "./session.ts";

/** The binding that an operation needs to reach a project's Session. */
export type SessionEnv = { SESSIONS: DurableObjectNamespace<Session> };

/** Returns the stub of a project's Session. */
export const sessionOf = (env: SessionEnv, projectId: string): DurableObjectStub<Session> =>
  env.SESSIONS.get(env.SESSIONS.idFromName(projectId));

/**
 * Calls a Session with an idempotent request. Retries once after a transient error, such as the reset that every
 * deployment causes.
 * @param ask makes the call on a stub; it may run twice
 * @returns the call's result
 * @throws the error of the second attempt, or of the first when the call must not be repeated at once
 */
export async function askSession<T>(
  env: SessionEnv,
  projectId: string,
  ask: (session: DurableObjectStub<Session>) => Promise<T>,
): Promise<T> {
  const call = () =>
    timed(
      "session",
      () => "call",
      async () => ask(sessionOf(env, projectId)),
    );
  try {
    return await call();
  } catch (error) {
    if (!isRetryable(error)) throw error;
    // A stub is unusable after a failed call, so the retry gets a new one.
    return call();
  }
}

/**
 * Whether the platform marks an error as retryable. An overloaded object must not be called again at once.
 * @see https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
function isRetryable(error: unknown): boolean {
  const says = (name: string) => error instanceof Error && Reflect.get(error, name) === true;
  return says("retryable") && !says("overloaded");
}

/**
 * Ends and charges the runs of a deleted project, and deletes its log.
 * @returns false when they cannot be charged now; the Session's alarm then retries
 */
export const forgetSession = (env: SessionEnv, projectId: string): Promise<boolean> =>
  askSession(env, projectId, (session) => session.forget());

/**
 * Wakes the Session while a request to the database is in flight. Waits a turn so that the request is sent first, and
 * ignores errors: they recur when the run is dispatched, and are handled there.
 */
export async function wakeSession(env: SessionEnv, projectId: string): Promise<void> {
  await scheduler.wait(1);
  await sessionOf(env, projectId)
    .warmUp()
    .catch(() => undefined);
}
