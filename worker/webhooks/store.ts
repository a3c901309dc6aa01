import { and, desc, eq, getTableColumns, isNull, lt, type SQL, sql } from "drizzle-orm";
import {
  delivery,
  event,
  operation,
  project,
  trigger,
  triggerReceipt,
  user,
  webhook,
  webhookCircuit,
} from "../../drizzle/schema/index.ts";
import type { PlanName } from "../config/index.ts";
import { type DeliveryFilter, maxTriggers, maxWebhooks } from "../contract/index.ts";
import { beyondKey, createdWithin, type Database, inOrder, type Statement } from "../database/index.ts";
import { newEventId } from "./event-origins.ts";

export type WebhookRow = typeof webhook.$inferSelect;
export type NewWebhookRow = Omit<typeof webhook.$inferInsert, "createdAt" | "updatedAt">;

const isMine = (ownerId: string, id: string) => and(eq(webhook.ownerId, ownerId), eq(webhook.id, id));

/** Locks an account's row until the transaction ends, so that concurrent insertions cannot exceed a maximum. */
export const lockOwner = (database: Database, ownerId: string): Statement =>
  database.select({ id: user.id }).from(user).where(eq(user.id, ownerId)).for("no key update");

/**
 * Inserts a webhook when the account has fewer than the maximum; it must follow `lockOwner`. The operation's result
 * contains its id; it stays null when nothing was inserted.
 */
export const insertWebhook = (database: Database, row: MadeWebhook, opId: string): Statement =>
  database.execute(sql`
    WITH made AS (
      INSERT INTO webhook (id, owner_id, project_id, url, events, description, sealed_secret, seal_key)
      SELECT ${row.id}, ${row.ownerId}, ${row.projectId}::text, ${row.url},
        ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(row.events)}::jsonb)), ${row.description},
        ${row.sealedSecret}, ${row.sealKey}
      WHERE (SELECT count(*) FROM webhook WHERE owner_id = ${row.ownerId}) < ${maxWebhooks}
      RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('webhookId', made.id) FROM made WHERE op_id = ${opId}
    RETURNING result`);

type MadeWebhook = Pick<
  WebhookRow,
  "id" | "ownerId" | "projectId" | "url" | "events" | "description" | "sealedSecret" | "sealKey"
>;

/** Selects a webhook of an account by its id. */
export const selectWebhook = (database: Database, ownerId: string, id: string) =>
  database.select().from(webhook).where(isMine(ownerId, id));

/** Selects webhooks, newest first, after the key `after` unless it is null. */
export const selectWebhooks = (database: Database, ownerId: string, after: string | null, limit: number) =>
  database
    .select()
    .from(webhook)
    .where(and(eq(webhook.ownerId, ownerId), after === null ? undefined : lt(webhook.id, after)))
    .orderBy(desc(webhook.id))
    .limit(limit);

/** Probes the host of a webhook at once, after it was enabled again or its URL changed. */
export const probeWebhook = (database: Database, ownerId: string, id: string) =>
  database.execute(probeHost(sql`w.id = ${id} AND w.owner_id = ${ownerId}`));

/** Updates a webhook of an account. */
export const updateWebhookRow = (database: Database, ownerId: string, id: string, change: Partial<NewWebhookRow>) =>
  database
    .update(webhook)
    .set({ ...change, updatedAt: sql`now()` })
    .where(isMine(ownerId, id))
    .returning();

/** Deletes a webhook and its deliveries. The operation's result contains its id, and stays null when it did not exist. */
export const deleteWebhookRow = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH gone AS (DELETE FROM ${webhook} WHERE owner_id = ${ownerId} AND id = ${id} RETURNING id)
    UPDATE ${operation} SET result = jsonb_build_object('webhookId', gone.id) FROM gone WHERE op_id = ${opId}
    RETURNING result`);

/** Inserts a test event for one webhook, enabled or not. The operation's result contains the delivery's id. */
export const insertTest = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH asked AS (SELECT id, project_id FROM webhook WHERE owner_id = ${ownerId} AND id = ${id}),
    told AS (
      INSERT INTO event (id, owner_id, project_id, type, data)
      SELECT ${newEventId()}, ${ownerId}, project_id, 'webhook.test', jsonb_build_object('webhookId', id) FROM asked
      RETURNING id
    ),
    sent AS (
      INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at, is_test)
      SELECT sortable_id('dlv'), told.id, asked.id, 'pending', now(), true FROM told, asked RETURNING id
    ),
    probed AS (${probeHost(sql`w.id = ${id} AND w.owner_id = ${ownerId}`)})
    UPDATE operation SET result = jsonb_build_object('deliveryId', sent.id) FROM sent WHERE op_id = ${opId}
    RETURNING result`);

/** Inserts another delivery of the same event. The operation's result contains its id. */
export const insertRedelivery = (database: Database, ownerId: string, deliveryId: string, opId: string): Statement =>
  database.execute(sql`
    WITH sent AS (
      INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
      SELECT sortable_id('dlv'), d.event_id, d.webhook_id, 'pending', now()
      FROM delivery d JOIN webhook w ON w.id = d.webhook_id WHERE d.id = ${deliveryId} AND w.owner_id = ${ownerId}
      RETURNING id
    ),
    probed AS (${probeHost(sql`w.owner_id = ${ownerId} AND w.id = (SELECT webhook_id FROM delivery WHERE id = ${deliveryId})`)})
    UPDATE operation SET result = jsonb_build_object('deliveryId', sent.id) FROM sent WHERE op_id = ${opId}
    RETURNING result`);

/** Ends the open state of a host's circuit, since its owner has requested another attempt and may have repaired it. */
const probeHost = (which: SQL): SQL => sql`
  UPDATE webhook_circuit c SET open_until = now() FROM webhook w
  WHERE ${which} AND c.owner_id = w.owner_id AND c.host = w.host AND c.open_until > now()`;

/**
 * Inserts a delivery for each event of a time span that the webhook subscribes to and that was neither delivered nor is
 * pending, oldest first. The operation's result contains their number; it stays null when the webhook does not exist.
 */
export const insertRecovery = (
  database: Database,
  { ownerId, id, since, until, most, opId }: { ownerId: string; id: string; most: number; opId: string } & Span,
): Statement =>
  database.execute(sql`
    WITH asked AS (SELECT id, project_id, events FROM webhook WHERE owner_id = ${ownerId} AND id = ${id}),
    missed AS (
      SELECT e.id AS event_id, asked.id AS webhook_id FROM asked, event e
      WHERE e.owner_id = ${ownerId} AND e.type = ANY (asked.events)
        AND (asked.project_id IS NULL OR asked.project_id = e.project_id)
        AND e.created_at >= ${since.toISOString()}::timestamptz AND e.created_at < ${until.toISOString()}::timestamptz
        AND NOT EXISTS (SELECT FROM delivery d
          WHERE d.event_id = e.id AND d.webhook_id = asked.id AND d.status IN ('succeeded', 'pending'))
      ORDER BY e.id LIMIT ${most}
    ),
    sent AS (
      INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
      SELECT sortable_id('dlv'), event_id, webhook_id, 'pending', now() FROM missed RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('deliveries', (SELECT count(*) FROM sent)) FROM asked
    WHERE op_id = ${opId} RETURNING result`);

type Span = { since: Date; until: Date };

/** Selects deliveries of a webhook that match the filter, with the types of their events. */
export const selectDeliveries = (
  database: Database,
  ownerId: string,
  webhookId: string,
  { after, limit, filter }: { after: string | null; limit: number; filter: DeliveryFilter },
) =>
  database
    .select({ delivery, type: event.type })
    .from(delivery)
    .innerJoin(event, eq(event.id, delivery.eventId))
    .innerJoin(webhook, eq(webhook.id, delivery.webhookId))
    .where(
      and(
        isMine(ownerId, webhookId),
        beyondKey(delivery.id, after, filter.order),
        filter.status === undefined ? undefined : eq(delivery.status, filter.status),
        ...createdWithin(delivery.createdAt, filter),
      ),
    )
    .orderBy(inOrder(delivery.id, filter.order))
    .limit(limit);

/** Selects a project's id when it belongs to the owner. */
export const selectOwnProject = (database: Database, ownerId: string, id: string) =>
  database
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.ownerId, ownerId), eq(project.id, id)));

export type TriggerRow = typeof trigger.$inferSelect;

/** A trigger for an inbound delivery, with its owner's current plan. */
export type OpenTrigger = Omit<TriggerRow, "createdAt" | "lastUsedAt" | "sealKey"> & { plan: PlanName };

type MadeTrigger = Pick<
  TriggerRow,
  "id" | "ownerId" | "projectId" | "kind" | "prompt" | "agent" | "events" | "sealedSecret" | "sealKey"
>;

/**
 * Inserts a trigger when the project belongs to the owner and the account has fewer than the maximum; it must follow
 * `lockOwner`. The operation's result contains its id; it stays null when nothing was inserted.
 */
export const insertTrigger = (database: Database, row: MadeTrigger, opId: string): Statement =>
  database.execute(sql`
    WITH there AS (SELECT id FROM project WHERE owner_id = ${row.ownerId} AND id = ${row.projectId} FOR KEY SHARE),
    made AS (
      INSERT INTO trigger (id, owner_id, project_id, kind, prompt, agent, events, sealed_secret, seal_key)
      SELECT ${row.id}, ${row.ownerId}, there.id, ${row.kind}, ${row.prompt}, ${row.agent},
        ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(row.events)}::jsonb)), ${row.sealedSecret}, ${row.sealKey}
      FROM there WHERE (SELECT count(*) FROM trigger WHERE owner_id = ${row.ownerId}) < ${maxTriggers}
      RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('triggerId', made.id) FROM made WHERE op_id = ${opId}
    RETURNING result`);

/** Selects a trigger of an account by its id. */
export const selectTrigger = (database: Database, ownerId: string, id: string) =>
  database
    .select()
    .from(trigger)
    .where(and(eq(trigger.ownerId, ownerId), eq(trigger.id, id)));

type OfProject = { ownerId: string; projectId: string; after: string | null };

/** Selects a page of a project's triggers. */
export const selectTriggers = (database: Database, { ownerId, projectId, after }: OfProject, limit: number) =>
  database
    .select()
    .from(trigger)
    .where(
      and(
        eq(trigger.ownerId, ownerId),
        eq(trigger.projectId, projectId),
        after === null ? undefined : lt(trigger.id, after),
      ),
    )
    .orderBy(desc(trigger.id))
    .limit(limit);

/** Updates a trigger of an account. */
export const updateTriggerRow = (database: Database, ownerId: string, id: string, change: TriggerChange) =>
  database
    .update(trigger)
    // An UPDATE needs at least one column to return the row.
    .set({ ...change, id })
    .where(and(eq(trigger.ownerId, ownerId), eq(trigger.id, id)))
    .returning();

export type TriggerChange = Partial<Pick<TriggerRow, "prompt" | "agent" | "events" | "enabled" | "disabledReason">>;

/** Locks a trigger until the transaction ends, so that no delivery of it can be queued (`queueReceipt`). */
export const lockTrigger = (database: Database, ownerId: string, id: string): Statement =>
  database
    .select({ id: trigger.id })
    .from(trigger)
    .where(and(eq(trigger.ownerId, ownerId), eq(trigger.id, id)))
    .for("update");

/**
 * Deletes a trigger and its receipts; it must follow `lockTrigger`. The operation's result contains its id and the
 * operations of queued deliveries, even when their runs are not inserted yet; it stays null when it did not exist.
 */
export const deleteTriggerRow = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH queued AS (
      SELECT coalesce(jsonb_agg(op_id), '[]') AS ops FROM ${triggerReceipt} WHERE trigger_id = ${id} AND outcome = 'queued'
    ),
    gone AS (DELETE FROM ${trigger} WHERE owner_id = ${ownerId} AND id = ${id} RETURNING id)
    UPDATE ${operation} SET result = jsonb_build_object('triggerId', gone.id, 'queued', queued.ops)
    FROM gone, queued WHERE op_id = ${opId}
    RETURNING result`);

/** Selects a trigger of any account: the sender is authenticated by the trigger's secret alone. */
export const selectOpenTrigger = (database: Database, id: string) => {
  const { createdAt, lastUsedAt, sealKey, ...columns } = getTableColumns(trigger);
  return database
    .select({ ...columns, plan: user.plan })
    .from(trigger)
    .innerJoin(user, eq(user.id, trigger.ownerId))
    .where(and(eq(trigger.id, id), isNull(user.suspendedAt), isNull(user.deletionDueAt)));
};

/** Deletes circuits of hosts that received no delivery for a day. */
export const forgetOldCircuits = (database: Database) =>
  database.delete(webhookCircuit).where(sql`${webhookCircuit.openUntil} < now() - interval '1 day'`);
