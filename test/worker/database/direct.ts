import { eq } from "drizzle-orm";
import { inject } from "vitest";
import { session, user } from "../../../drizzle/schema/index.ts";
import type { PlanName } from "../../../worker/config/index.ts";
import { connect, type Database } from "../../../worker/database/index.ts";
import { type Account, type Caller, nobody, withCookie } from "../stage/client.ts";

const { databaseUrl, fetchEndpoint } = inject("stage");

/** The tests' own way to the database, for what no client can bring about: another plan, time gone by. */
export const database: Database = connect({ url: databaseUrl, fetchEndpoint });

/** The number of requests to the database that an answer took, as its Server-Timing has it. */
export const databaseRequestsOf = (answer: Response): number =>
  Number(/(?:^|, )db;dur=[\d.]+;desc="(\d+)"/.exec(answer.headers.get("server-timing") ?? "")?.[1] ?? 0);

/** The account on another plan, signed in anew: the cookie of before goes on saying the old plan for a while. */
export async function onPlan(account: Account, plan: PlanName): Promise<Caller> {
  await database.update(user).set({ plan }).where(eq(user.email, account.email));
  return withCookie(await cookieOfSignIn(account.email));
}

export async function cookieOfSignIn(email: string, password = "correct horse"): Promise<string> {
  const answer = await nobody.request("/v1/auth/sign-in/email", {
    body: { email, password },
    headers: { "CF-Connecting-IP": crypto.randomUUID() },
  });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return cookiesIn(answer);
}

/** What a browser would send back of an answer's cookies. */
export const cookiesIn = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .filter((one) => !one.endsWith("="))
    .join("; ");

/** The session's own cookie, without the short-lived copy of its data beside it. */
export const sessionCookieIn = (cookies: string): string =>
  cookies
    .split("; ")
    .filter((one) => one.includes("session_token="))
    .join("; ");

/** Lets an account's sessions run out now. */
export async function expireSessions(email: string): Promise<void> {
  const [row] = await database.select({ id: user.id }).from(user).where(eq(user.email, email));
  if (!row) throw new Error(`${email} is no account`);
  await database
    .update(session)
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where(eq(session.userId, row.id));
}
