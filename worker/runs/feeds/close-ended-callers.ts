import { activeCredentials, ownersOfExpiredTokens } from "../../accounts/index.ts";
import { liveClose } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { selectOwnProjects, selectProjectsOf } from "./callers-store.ts";

/** The maximum number of Sessions that are called concurrently. */
const atOnce = 25;

/**
 * Closes the live feeds and streams that were opened with a credential of the account that was since revoked, expired or
 * signed out. Starts with the most recently updated projects; a thousand projects take a second or two.
 * @throws AggregateError of the calls that failed, after every Session has been called
 */
export async function closeEndedCallers(database: Database, env: SessionEnv, ownerId: string): Promise<void> {
  const [alive, projects] = await Promise.all([
    activeCredentials(database, ownerId),
    executeIdempotent(selectProjectsOf(database, ownerId)),
  ]);
  await askEach(projects, (id) => askSession(env, id, (session) => session.closeCallersExcept(ownerId, alive)));
}

/**
 * Closes the live feeds and streams of a suspended account: its own in every project, and everybody's in its own
 * projects, to which members no longer have access.
 * @throws AggregateError of the calls that failed, after every Session has been called
 */
export async function closeSuspended(database: Database, env: SessionEnv, ownerId: string): Promise<void> {
  await closeEndedCallers(database, env, ownerId);
  const projects = await executeIdempotent(selectOwnProjects(database, ownerId));
  await askEach(projects, (id) => askSession(env, id, async (session): Promise<void> => session.closeEverybody()));
}

/** Calls the Sessions of projects in waves. */
async function askEach(projects: { id: string }[], ask: (id: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (let from = 0; from < projects.length; from += atOnce) {
    const calls = projects.slice(from, from + atOnce).map(({ id }) => ask(id));
    for (const outcome of await Promise.allSettled(calls))
      if (outcome.status === "rejected") failures.push(outcome.reason);
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some live feeds could not be closed.");
}

/**
 * Closes the live feeds and streams of a project that an account has open.
 * @param change `removed` tells the live feed that the account has lost the project, `role` that it must reconnect
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

/** Twice the cron's interval, so that this sweep or the next finds a token that expired just before a sweep. */
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
