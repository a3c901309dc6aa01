import { eq } from "drizzle-orm";
import { inject } from "vitest";
import { session, user } from "../../../drizzle/schema/index.ts";
import type { PlanName } from "../../../worker/config/index.ts";
import { connect, type Database } from "../../../worker/database/index.ts";
import { type Account, accountOf, cookiesIn, nobody } from "../stage/client.ts";

const { databaseUrl, fetchEndpoint } = inject("stage");

/** The tests' own access to the database, for states that no client can create: another plan, elapsed time. */
export const database: Database = connect({ url: databaseUrl, fetchEndpoint });

/** @returns the number of database requests of a response, by its Server-Timing header */
export const databaseRequestsOf = (answer: Response): number =>
  Number(/(?:^|, )db;dur=[\d.]+;desc="(\d+)"/.exec(answer.headers.get("server-timing") ?? "")?.[1] ?? 0);

/** Changes the account's plan and signs in again, since the earlier cookie keeps the old plan for a while. */
export async function onPlan(account: Account, plan: PlanName): Promise<Account> {
  await database.update(user).set({ plan }).where(eq(user.email, account.email));
  return accountOf(account.email, await cookieOfSignIn(account.email));
}

export async function cookieOfSignIn(email: string, password = "correct horse"): Promise<string> {
  const answer = await nobody.request("/v1/auth/sign-in/email", {
    body: { email, password },
    headers: { "CF-Connecting-IP": crypto.randomUUID() },
  });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return cookiesIn(answer);
}

/** @returns the session's own cookie, without the short-lived cookie with its data */
export const sessionCookieIn = (cookies: string): string =>
  cookies
    .split("; ")
    .filter((one) => one.includes("session_token="))
    .join("; ");

/** Expires an account's sessions now. */
export async function expireSessions(email: string): Promise<void> {
  const [row] = await database.select({ id: user.id }).from(user).where(eq(user.email, email));
  if (!row) throw new Error(`${email} is no account`);
  await database
    .update(session)
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where(eq(session.userId, row.id));
}
