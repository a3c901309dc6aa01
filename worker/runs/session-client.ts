import type { Session } from "./session.ts";

/** The binding a verb needs to reach a project's session. */
export type SessionEnv = { SESSIONS: DurableObjectNamespace<Session> };

export const sessionOf = (env: SessionEnv, projectId: string): DurableObjectStub<Session> =>
  env.SESSIONS.get(env.SESSIONS.idFromName(projectId));

/** Ends a deleted project's runs and forgets its log. */
export const forgetSession = (env: SessionEnv, projectId: string): Promise<void> => sessionOf(env, projectId).forget();

/**
 * A head start for the Session while the database is asked for something, which has been sent by then, and nothing more:
 * what is wrong with it shows when the run is handed over.
 */
export async function wakeSession(env: SessionEnv, projectId: string): Promise<void> {
  await scheduler.wait(1);
  await sessionOf(env, projectId)
    .expect()
    .catch(() => undefined);
}
