import type { AuditEntry, Page } from "../contract/index.ts";
import { newId } from "../contract/index.ts";
import { type Database, type PageRequest, pageFrom, read } from "../database/index.ts";
import { type Actor, authorOf } from "./actor.ts";
import type { Context } from "./context.ts";
import { insertAudit, selectAudit } from "./store.ts";

type Done = { action: string; subject: string };

/** Notes what was done in an account's right. */
export async function noteAudit(database: Database, actor: Actor, { action, subject }: Done): Promise<void> {
  const { kind, id } = authorOf(actor);
  await read(
    insertAudit(database, { id: newId("audit"), userId: actor.ownerId, actorKind: kind, actorId: id, action, subject }),
  );
}

/** What was done in the account's right, newest first. */
export async function listAudit({ database, actor }: Context, page: PageRequest): Promise<Page<AuditEntry>> {
  const rows = await read(selectAudit(database, actor.ownerId, page.after, page.limit + 1));
  const shown = rows.map(
    ({ id, createdAt, actorKind, actorId, action, subject }): AuditEntry => ({
      id,
      at: createdAt.toISOString(),
      actor: { kind: actorKind, id: actorId },
      action,
      subject,
    }),
  );
  return pageFrom(shown, page, ({ id }) => id);
}
