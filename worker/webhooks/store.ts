import { and, desc, eq, lt, sql } from "drizzle-orm";
import { delivery, event, operation, project, webhook } from "../../drizzle/schema/index.ts";
import { newId } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

export type WebhookRow = typeof webhook.$inferSelect;
export type NewWebhookRow = Omit<typeof webhook.$inferInsert, "createdAt" | "updatedAt">;

const isMine = (ownerId: string, id: string) => and(eq(webhook.ownerId, ownerId), eq(webhook.id, id));

export const insertWebhook = (database: Database, row: NewWebhookRow) => database.insert(webhook).values(row);

export const selectWebhook = (database: Database, ownerId: string, id: string) =>
  database.select().from(webhook).where(isMine(ownerId, id));

/** Newest first, behind `after` where that is given. */
export const selectWebhooks = (database: Database, ownerId: string, after: string | null, limit: number) =>
  database
    .select()
    .from(webhook)
    .where(and(eq(webhook.ownerId, ownerId), after === null ? undefined : lt(webhook.id, after)))
    .orderBy(desc(webhook.id))
    .limit(limit);

export const updateWebhookRow = (database: Database, ownerId: string, id: string, change: Partial<NewWebhookRow>) =>
  database
    .update(webhook)
    .set({ ...change, updatedAt: sql`now()` })
    .where(isMine(ownerId, id))
    .returning();

/** Deletes a webhook and its deliveries. The operation's result names it; where there was none, it stays null. */
export const deleteWebhookRow = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH gone AS (DELETE FROM ${webhook} WHERE owner_id = ${ownerId} AND id = ${id} RETURNING id)
    UPDATE ${operation} SET result = jsonb_build_object('webhookId', gone.id) FROM gone WHERE op_id = ${opId}
    RETURNING result`);

/** Writes an event for one webhook alone, enabled or not. The operation's result names the delivery. */
export const insertTest = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH asked AS (SELECT id, project_id FROM webhook WHERE owner_id = ${ownerId} AND id = ${id}),
    told AS (
      INSERT INTO event (id, owner_id, project_id, type, data)
      SELECT ${newId("event")}, ${ownerId}, project_id, 'webhook.test', jsonb_build_object('webhookId', id) FROM asked
      RETURNING id
    ),
    sent AS (
      INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
      SELECT sortable_id('dlv'), told.id, asked.id, 'pending', now() FROM told, asked RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('deliveryId', sent.id) FROM sent WHERE op_id = ${opId}
    RETURNING result`);

export const selectDeliveries = (
  database: Database,
  ownerId: string,
  webhookId: string,
  after: string | null,
  limit: number,
) =>
  database
    .select({ delivery, type: event.type })
    .from(delivery)
    .innerJoin(event, eq(event.id, delivery.eventId))
    .innerJoin(webhook, eq(webhook.id, delivery.webhookId))
    .where(and(isMine(ownerId, webhookId), after === null ? undefined : lt(delivery.id, after)))
    .orderBy(desc(delivery.id))
    .limit(limit);

export const selectOwnProject = (database: Database, ownerId: string, id: string) =>
  database
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.ownerId, ownerId), eq(project.id, id)));
