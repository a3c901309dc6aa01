import { eq } from "drizzle-orm";
import { idempotency, session, user } from "../../../drizzle/schema/index.ts";
import type { NewApiToken } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { type Account, type Caller, runToEnd, withCookie, withToken } from "../stage/client.ts";
import { aProject, script } from "./start.ts";

// Callers that have started a run before, so that they and their project are cached.

const prompt = script({ text: "Hello." });
export const body = { prompt, agent: "fullstack" };
export const fromAnywhere = { "CF-Connecting-IP": crypto.randomUUID() };

export type Program = { ada: Account; projectId: string; token: NewApiToken; program: Caller; runs: string };

/** Returns a token that has started a run, so that it and the project are cached. */
export async function warmProgram(plan: "free" | "enterprise" = "free"): Promise<Program> {
  const { ada, projectId } = await aProject();
  await database.update(user).set({ plan }).where(eq(user.email, ada.email));
  const token = await ada.expect<NewApiToken>(201, "/v1/tokens", {
    body: { name: "ci", scopes: ["runs:read", "runs:write"] },
  });
  const program = withToken(token.token);
  await runToEnd(program, projectId, body);
  return { ada, projectId, token, program, runs: `/v1/projects/${projectId}/runs` };
}

/**
 * Returns a person that has started a run by cookie, so that both are cached; without the cookie cache's part of it.
 */
export async function warmPerson() {
  const { ada, projectId } = await aProject();
  const person = withCookie(sessionCookieOf(ada));
  await runToEnd(person, projectId, body);
  return { ada, projectId, person, runs: `/v1/projects/${projectId}/runs` };
}

export const once = (key: string, more: object = {}) => ({
  body: { ...body, ...more },
  headers: { "Idempotency-Key": key, ...fromAnywhere },
});

/** Changes all sessions of an account, or deletes them. */
export async function sessionsOf(email: string, change: { expiresAt: Date } | null): Promise<void> {
  const [account] = await database.select({ id: user.id }).from(user).where(eq(user.email, email));
  const theirs = eq(session.userId, account?.id ?? "");
  if (change) await database.update(session).set(change).where(theirs);
  else await database.delete(session).where(theirs);
}

export async function keysOf({ email }: Account): Promise<string[]> {
  const [account] = await database.select({ id: user.id }).from(user).where(eq(user.email, email));
  const rows = await database
    .select()
    .from(idempotency)
    .where(eq(idempotency.userId, account?.id ?? ""));
  return rows.map(({ key }) => key);
}

export const sessionCookieOf = ({ cookie }: Account): string =>
  cookie.split("; ").find((one) => one.startsWith("edgesmith.session_token=")) ?? "";
