import { activeCredentials, ownersOfExpiredTokens } from "../../accounts/index.ts";
import { liveClose } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { selectProjectsOf } from "./callers-store.ts";

/** Maximum of Sessions called concurrently. */
const atOnce = 25;

/**
 * Closes the live feeds and streams that were opened with a credential of the account which has since been revoked, has
 * expired or was signed out; of a suspended account's projects also those of their members. Starts with the most recently updated projects; a thousand of them take a second or two.
 * @throws AggregateError of the calls that failed, after every Session has been called
 */
export async function closeEndedCallers(database: Database, env: SessionEnv, ownerId: string): Promise<void> {
  const [alive, projects] = await Promise.all([
    activeCredentials(database, ownerId),
    executeIdempotent(selectProjectsOf(database, ownerId)),
  ]);
  const failures: unknown[] = [];
  for (let from = 0; from < projects.length; from += atOnce) {
    const calls = projects
      .slice(from, from + atOnce)
      .map(({ id, isSuspended }) =>
        askSession(env, id, (session) =>
          isSuspended ? session.closeEveryCaller() : session.closeCallersExcept(ownerId, alive),
        ),
      );
    for (const outcome of await Promise.allSettled(calls))
      if (outcome.status === "rejected") failures.push(outcome.reason);
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some live feeds could not be closed.");
}

/**
 * Closes the live feeds and streams of a project that an account has open.
 * @param change `removed` tells the live feed that the project is gone for this account, `role` that it is to connect
 *   again
 */
export const closeMember = (
  env: SessionEnv,
  projectId: string,
  accountId: string,
  change: "removed" | "role",
): Promise<void> => {
  const code = change === "removed" ? liveClose.projectDeleted : liveClose.signInAgain;
  return askSession(env, projectId, async (session): Promise<void> => session.closeCallersExcept(accountId, [], code));
};

/** Twice the cron's interval, so that a token that expired just before a sweep is seen by that sweep or by the next. */
const expiredSeconds = 120;

/**
 * Closes the feeds and streams of tokens that expired recently. Nothing else runs at the moment a token expires.
 * @throws AggregateError
 */
export async function closeExpiredCallers(database: Database, env: SessionEnv): Promise<void> {
  for (const ownerId of await ownersOfExpiredTokens(database, expiredSeconds)) {
    await closeEndedCallers(database, env, ownerId);
  }
}
