import type { Session } from "./session.ts";

/** The binding a verb needs to reach a project's session. */
export type SessionEnv = { SESSIONS: DurableObjectNamespace<Session> };

export const sessionOf = (env: SessionEnv, projectId: string): DurableObjectStub<Session> =>
  env.SESSIONS.get(env.SESSIONS.idFromName(projectId));

/**
 * Asks a Session for something that may be asked twice: once more where what went wrong passes, as where the object was reset on
 * the way, which every deploy does to all of them.
 */
export async function askSession<T>(
  env: SessionEnv,
  projectId: string,
  ask: (session: DurableObjectStub<Session>) => Promise<T>,
): Promise<T> {
  try {
    return await ask(sessionOf(env, projectId));
  } catch (error) {
    if (!isPassing(error)) throw error;
    // A stub whose call has failed is broken, so this is another one.
    return ask(sessionOf(env, projectId));
  }
}

/** The platform says of an error whether it passes. An overloaded object must not be asked again at once. */
function isPassing(error: unknown): boolean {
  const says = (name: string) => error instanceof Error && Reflect.get(error, name) === true;
  return says("retryable") && !says("overloaded");
}

/**
 * Ends and charges a deleted project's runs, and forgets its log.
 * @returns false where they cannot be charged now: the session does it as soon as it can
 */
export const forgetSession = (env: SessionEnv, projectId: string): Promise<boolean> =>
  askSession(env, projectId, (session) => session.forget());

/**
 * A head start for the Session while the database is asked for something, which has been sent by then, and nothing more:
 * what is wrong with it shows when the run is handed over.
 */
export async function wakeSession(env: SessionEnv, projectId: string): Promise<void> {
  await scheduler.wait(1);
  await sessionOf(env, projectId)
    .warmUp()
    .catch(() => undefined);
}
