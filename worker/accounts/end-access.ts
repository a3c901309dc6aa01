import { AsyncLocalStorage } from "node:async_hooks";
import { and, eq, isNull, sql } from "drizzle-orm";
import { apiToken, session } from "../../drizzle/schema/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { type HookReason, hookReasons } from "./hook-reasons.ts";

/**
 * The access to end: one token, one session (by its id), or everything. With `everything`, `keptSession` is the token
 * of the one session to keep, and `keepTokens` keeps API tokens, webhooks and triggers.
 */
export type Ending =
  | { what: "token"; id: string }
  | { what: "session"; id: string }
  | ({ what: "everything" } & Everything);

type Everything = { reason: HookReason; keptSession?: string | undefined; keepTokens?: boolean | undefined };

/** The accounts whose access ends during a request, and whether all of it does. */
export type EndedAccess = Map<string, { isEverything: boolean }>;

export const endedAccess = new AsyncLocalStorage<EndedAccess>();

/** Records that access to an account has ended, so that the middleware closes the connections of that access. */
export function recordEnded(userId: string, isEverything: boolean): void {
  const ended = endedAccess.getStore();
  ended?.set(userId, { isEverything: isEverything || ended.get(userId)?.isEverything === true });
}

/**
 * Ends access to an account. Every premature end of a credential passes through here, so that its open connections can
 * be closed. With `everything`, the account's access epoch increases in the same transaction.
 * @returns whether there was access to end
 */
export async function endAccess(database: Database, userId: string, ending: Ending): Promise<boolean> {
  const hasEnded = await endNow(database, userId, ending);
  if (hasEnded) recordEnded(userId, ending.what === "everything");
  return hasEnded;
}

async function endNow(database: Database, userId: string, ending: Ending): Promise<boolean> {
  switch (ending.what) {
    case "token":
      return (await executeIdempotent(revokeToken(database, userId, ending.id))).length > 0;
    case "session":
      return (await executeIdempotent(deleteSession(database, userId, ending.id))).length > 0;
    case "everything":
      return endEverything(database, userId, ending);
  }
}

async function endEverything(database: Database, userId: string, ending: Everything): Promise<boolean> {
  const { rows } = await executeIdempotent(endEverythingStatement(database, userId, ending));
  return typeof rows[0]?.epoch === "number";
}

/**
 * The reasons after which the owner must confirm each webhook and trigger, including those that would be enabled again
 * with the account.
 */
const reasonsToConfirm = new Set<HookReason>(["reset", "changed", "ended"]);

/** @returns the statement that ends everything, for a transaction with the change that causes it */
export function endEverythingStatement(
  database: Database,
  userId: string,
  { reason, keptSession, keepTokens = false }: Everything,
) {
  const about = {
    sessions: true,
    keptSession: keptSession ?? null,
    tokens: !keepTokens,
    hooksReason: keepTokens ? null : hookReasons[reason],
    overReasons: reasonsToConfirm.has(reason) ? [hookReasons.suspended, hookReasons.leaving] : [],
  };
  return database.execute<{ epoch: number | null }>(
    sql`SELECT end_access(${userId}, ${JSON.stringify(about)}::jsonb) AS epoch`,
  );
}

const revokeToken = (database: Database, userId: string, id: string) =>
  database
    .update(apiToken)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiToken.userId, userId), eq(apiToken.id, id), isNull(apiToken.revokedAt)))
    .returning({ id: apiToken.id });

const deleteSession = (database: Database, userId: string, id: string) =>
  database
    .delete(session)
    .where(and(eq(session.userId, userId), eq(session.id, id)))
    .returning({ id: session.id });

/**
 * Re-enables the webhooks and triggers that were disabled for these reasons.
 * @returns the number of each
 */
export async function enableHooks(database: Database, userId: string, reasons: readonly HookReason[]) {
  const texts = reasons.map((reason) => hookReasons[reason]);
  const { rows } = await executeIdempotent(
    database.execute<{ webhooks: number; triggers: number }>(
      sql`SELECT webhooks, triggers FROM enable_hooks(${userId}, ${sql.param(texts)}::text[])`,
    ),
  );
  return rows[0] ?? { webhooks: 0, triggers: 0 };
}

/** @returns the number of webhooks and triggers that are disabled for any of these reasons */
export async function countHooks(database: Database, userId: string, reasons: readonly HookReason[]): Promise<number> {
  const texts = sql`${sql.param(reasons.map((reason) => hookReasons[reason]))}::text[]`;
  const { rows } = await executeIdempotent(
    database.execute<{ count: number }>(sql`SELECT (
      (SELECT count(*) FROM webhook WHERE owner_id = ${userId} AND NOT enabled AND disabled_reason = ANY(${texts}))
      + (SELECT count(*) FROM trigger WHERE owner_id = ${userId} AND NOT enabled AND disabled_reason = ANY(${texts}))
    )::integer AS count`),
  );
  return rows[0]?.count ?? 0;
}
