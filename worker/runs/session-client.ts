import type { Session } from "./session.ts";

/** The binding a verb needs to reach a project's session. */
export type SessionEnv = { SESSIONS: DurableObjectNamespace<Session> };

export const sessionOf = (env: SessionEnv, projectId: string): DurableObjectStub<Session> =>
  env.SESSIONS.get(env.SESSIONS.idFromName(projectId));

/** Ends a deleted project's runs and forgets its log. */
export const forgetSession = (env: SessionEnv, projectId: string): Promise<void> => sessionOf(env, projectId).forget();
