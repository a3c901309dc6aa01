import type { Config } from "../config/index.ts";
import { type AuditAction, type AuditEntry, networksOf, newId, type Page } from "../contract/index.ts";
import { type Database, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { type Actor, authorOf } from "./actor.ts";
import type { Context } from "./context.ts";
import { insertAudit, insertRefusedSignIn, selectAudit, selectSignInAddresses } from "./store.ts";

/** The client that a request came from; null where it is not known. */
export type Client = { address: string | null; userAgent: string | null };

export const noClient: Client = { address: null, userAgent: null };

type Done = { action: AuditAction; subject: string };

/** Notes what was done in an account's right. */
export async function recordAudit(
  database: Database,
  actor: Actor,
  { action, subject }: Done,
  client: Client = noClient,
): Promise<void> {
  const { kind, id } = authorOf(actor);
  const by = { userId: actor.ownerId, actorKind: kind, actorId: id };
  await executeIdempotent(insertAudit(database, { id: newId("audit"), ...by, action, subject, ...client }));
}

/** Records what the platform or one of its operators did to an account. */
export async function auditBySystem(database: Database, userId: string, action: AuditAction, by = "system") {
  const row = { id: newId("audit"), userId, actorKind: "system" as const, actorId: by, action, subject: userId };
  await executeIdempotent(insertAudit(database, row));
}

/**
 * Notes what a person did with their own account, where nobody is identified yet. Not to be able to note it keeps nobody from
 * signing in; it is said in the log.
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

/** Records a failed sign-in in the account with this email address; nothing where there is none. */
export const auditRefusedSignIn = (config: Config, database: Database, email: string, client: Client): Promise<void> =>
  orLog(config, () => executeIdempotent(insertRefusedSignIn(database, { id: newId("audit"), email, ...client })));

async function orLog(config: Config, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    log(config.logLevel, "error", { event: "audit.lost", error: messageOf(error) });
  }
}

/** Whether somebody signed in to the account with this email address from a client's network in the last 90 days. */
export async function isFamiliarNetwork(database: Database, email: string, address: string): Promise<boolean> {
  const { own } = networksOf(address);
  const rows = await executeIdempotent(selectSignInAddresses(database, email));
  return rows.some((row) => row.address !== null && networksOf(row.address).own === own);
}

/** What was done in the account's right, newest first. */
export async function listAudit({ database, actor }: Context, page: PageRequest): Promise<Page<AuditEntry>> {
  const rows = await executeIdempotent(selectAudit(database, actor.ownerId, page.after, page.limit + 1));
  const shown = rows.map(
    ({ id, createdAt, actorKind, actorId, action, subject, address, userAgent }): AuditEntry => ({
      id,
      at: createdAt.toISOString(),
      actor: { kind: actorKind, id: actorId },
      // Written by us from the contract's list.
      action: action as AuditAction,
      subject,
      address,
      userAgent,
    }),
  );
  return pageFrom(shown, page, ({ id }) => id);
}
