import type { Page, Session } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Context } from "./context.ts";
import { endAccess } from "./end-access.ts";
import { type SessionRow, selectSession, selectSessions } from "./session-store.ts";

const noSuchSession = () => new AppError("not_found", "Session not found.");

const currentOf = ({ actor }: Context): string | undefined => (actor.kind === "user" ? actor.sessionId : undefined);

const toSession = (row: SessionRow, current: string | undefined): Session => ({
  id: row.id,
  isCurrent: row.id === current,
  address: row.ipAddress === "" ? null : row.ipAddress,
  userAgent: row.userAgent === "" ? null : row.userAgent,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
});

/** Lists the active sessions of an account, newest first. */
export async function listSessions(context: Context, page: PageRequest): Promise<Page<Session>> {
  const rows = await executeIdempotent(
    selectSessions(context.database, context.actor.ownerId, page.after, page.limit + 1),
  );
  const { data, pagination } = pageFrom(rows, page, (row) => row.id);
  return { data: data.map((row) => toSession(row, currentOf(context))), pagination };
}

/**
 * Gets one session of the account.
 * @throws AppError `not_found`
 */
export async function getSession(context: Context, id: string): Promise<Session> {
  const [row] = await executeIdempotent(selectSession(context.database, context.actor.ownerId, id));
  if (!row) throw noSuchSession();
  return toSession(row, currentOf(context));
}

/**
 * Ends one session of the account.
 * @throws AppError `not_found`
 */
export async function endSession({ database, actor }: Context, id: string): Promise<void> {
  if (!(await endAccess(database, actor.ownerId, { what: "session", id }))) throw noSuchSession();
}

/** Ends all sessions except the caller's own. Keeps API tokens, webhooks and triggers. */
export async function endOtherSessions(context: Context): Promise<void> {
  const { database, actor } = context;
  const id = currentOf(context);
  const [own] = id === undefined ? [] : await executeIdempotent(selectSession(database, actor.ownerId, id));
  await endAccess(database, actor.ownerId, {
    what: "everything",
    reason: "changed",
    keptSession: own?.token,
    keepTokens: true,
  });
}
