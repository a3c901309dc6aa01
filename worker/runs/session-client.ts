import type { Session } from "./session.ts";

/** The binding a verb needs to reach a project's session. */
export type SessionEnv = { SESSIONS: DurableObjectNamespace<Session> };

export const sessionOf = (env: SessionEnv, projectId: string): DurableObjectStub<Session> =>
  env.SESSIONS.get(env.SESSIONS.idFromName(projectId));

/** Ends a deleted project's runs and forgets its log. */
export async function forgetSession(env: SessionEnv, projectId: string): Promise<void> {
  // The object ends itself when it has forgotten, which reaches the caller as a broken call.
  await sessionOf(env, projectId)
    .forget()
    .catch(() => undefined);
}
