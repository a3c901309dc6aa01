import type { Config } from "../config/index.ts";
import { type AuditAction, type AuditEntry, networksOf, newId, type Page } from "../contract/index.ts";
import { type Database, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { type Actor, accountOf, authorOf } from "./actor.ts";
import type { Context } from "./context.ts";
import { insertAudit, insertRefusedSignIn, selectAudit, selectSignInAddresses } from "./store.ts";

/** The client that sent a request; null where unknown. */
export type Client = { address: string | null; userAgent: string | null };

export const noClient: Client = { address: null, userAgent: null };

type Done = { action: AuditAction; subject: string };

/**
 * Records an action of an actor in the audit log of the account that it acts for. The log of a project's owner keeps
 * neither the address nor the browser of a member.
 */
export async function recordAudit(
  database: Database,
  actor: Actor,
  { action, subject }: Done,
  client: Client = noClient,
): Promise<void> {
  const { kind, id } = authorOf(actor);
  const by = { userId: actor.ownerId, actorKind: kind, actorId: id };
  const known = accountOf(actor) === actor.ownerId ? client : noClient;
  await executeIdempotent(insertAudit(database, { id: newId("audit"), ...by, action, subject, ...known }));
}

/** Records an action of the platform, or of one of its operators, on an account. */
export async function auditBySystem(database: Database, userId: string, action: AuditAction, by = "system") {
  const row = { id: newId("audit"), userId, actorKind: "system" as const, actorId: by, action, subject: userId };
  await executeIdempotent(insertAudit(database, row));
}

/**
 * Records an action of a person on their own account, on a route without authentication. Logs a failure instead of
 * throwing it, since a failed audit must not prevent a sign-in.
 */
export async function auditSelf(
  config: Config,
  database: Database,
  userId: string,
  action: AuditAction,
  client: Client = noClient,
): Promise<void> {
  const own = { userId, actorKind: "user", actorId: userId, subject: userId } as const;
  await orLog(config, () =>
    executeIdempotent(insertAudit(database, { id: newId("audit"), action, ...own, ...client })),
  );
}

/** Records a failed sign-in in the audit log of the account with this email address, if there is one. */
export const auditRefusedSignIn = (config: Config, database: Database, email: string, client: Client): Promise<void> =>
  orLog(config, () => executeIdempotent(insertRefusedSignIn(database, { id: newId("audit"), email, ...client })));

async function orLog(config: Config, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    log(config.logLevel, "error", { event: "audit.lost", error: messageOf(error) });
  }
}

/**
 * @returns whether somebody signed in to the account with this email address from the client's network in the last 90
 *   days
 */
export async function isFamiliarNetwork(database: Database, email: string, address: string): Promise<boolean> {
  const { own } = networksOf(address);
  const rows = await executeIdempotent(selectSignInAddresses(database, email));
  return rows.some((row) => row.address !== null && networksOf(row.address).own === own);
}

/** Lists the audit records of an account, newest first. */
export async function listAudit({ database, actor }: Context, page: PageRequest): Promise<Page<AuditEntry>> {
  const rows = await executeIdempotent(selectAudit(database, actor.ownerId, page.after, page.limit + 1));
  const entries = rows.map(
    ({ id, createdAt, actorKind, actorId, action, subject, address, userAgent }): AuditEntry => ({
      id,
      at: createdAt.toISOString(),
      actor: { kind: actorKind, id: actorId },
      // `insertAudit` only stores actions from the contract's list.
      action: action as AuditAction,
      subject,
      address,
      userAgent,
    }),
  );
  return pageFrom(entries, page, ({ id }) => id);
}
