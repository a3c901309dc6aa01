import type { Config } from "../config/index.ts";
import { type AuditAction, type AuditEntry, newId, type Page } from "../contract/index.ts";
import { type Database, type PageRequest, pageFrom, read } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { type Actor, authorOf } from "./actor.ts";
import type { Context } from "./context.ts";
import { insertAudit, selectAudit } from "./store.ts";

type Done = { action: AuditAction; subject: string };

/** Notes what was done in an account's right. */
export async function noteAudit(database: Database, actor: Actor, { action, subject }: Done): Promise<void> {
  const { kind, id } = authorOf(actor);
  await read(
    insertAudit(database, { id: newId("audit"), userId: actor.ownerId, actorKind: kind, actorId: id, action, subject }),
  );
}

/**
 * Notes what a person did with their own account, where nobody is identified yet. Not to be able to note it keeps nobody from
 * signing in; it is said in the log.
 */
export async function noteOwn(config: Config, database: Database, userId: string, action: AuditAction): Promise<void> {
  try {
    const own = { userId, actorKind: "user", actorId: userId, subject: userId } as const;
    await read(insertAudit(database, { id: newId("audit"), action, ...own }));
  } catch (error) {
    log(config.logLevel, "error", { event: "audit.lost", userId, error: messageOf(error) });
  }
}

/** What was done in the account's right, newest first. */
export async function listAudit({ database, actor }: Context, page: PageRequest): Promise<Page<AuditEntry>> {
  const rows = await read(selectAudit(database, actor.ownerId, page.after, page.limit + 1));
  const shown = rows.map(
    ({ id, createdAt, actorKind, actorId, action, subject }): AuditEntry => ({
      id,
      at: createdAt.toISOString(),
      actor: { kind: actorKind, id: actorId },
      // Written by us from the contract's list.
      action: action as AuditAction,
      subject,
    }),
  );
  return pageFrom(shown, page, ({ id }) => id);
}
