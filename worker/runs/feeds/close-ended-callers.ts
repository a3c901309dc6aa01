import { activeCredentials, ownersOfExpiredTokens } from "../../accounts/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { selectProjectsOf } from "./callers-store.ts";

/** How many Sessions are asked at the same time. */
const atOnce = 25;

/**
 * Closes every live feed and stream that was opened with a credential of an account which has ended since: revoked, expired or
 * signed out. Newest projects first; with a thousand of them it takes a second or two.
 * @throws AggregateError of the Sessions that could not be told, after all have been asked
 */
export async function closeEndedCallers(database: Database, env: SessionEnv, ownerId: string): Promise<void> {
  const [alive, projects] = await Promise.all([
    activeCredentials(database, ownerId),
    executeIdempotent(selectProjectsOf(database, ownerId)),
  ]);
  const failures: unknown[] = [];
  for (let from = 0; from < projects.length; from += atOnce) {
    const asked = projects
      .slice(from, from + atOnce)
      .map(({ id }) => askSession(env, id, (session) => session.closeCallersExcept(ownerId, alive)));
    for (const outcome of await Promise.allSettled(asked))
      if (outcome.status === "rejected") failures.push(outcome.reason);
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some live feeds could not be closed.");
}

/** Two of the sweep's minutes: a token that expired just before the last sweep is seen by it or by this one. */
const expiredSeconds = 120;

/** Closes what is open for tokens that have expired lately, of which nobody is told at that moment. */
export async function closeExpiredCallers(database: Database, env: SessionEnv): Promise<void> {
  for (const ownerId of await ownersOfExpiredTokens(database, expiredSeconds)) {
    await closeEndedCallers(database, env, ownerId);
  }
}
