import { and, desc, eq, getTableColumns, isNull, lt, sql } from "drizzle-orm";
import { delivery, event, operation, project, trigger, user, webhook } from "../../drizzle/schema/index.ts";
import type { PlanName } from "../config/index.ts";
import { type DeliveryFilter, newId } from "../contract/index.ts";
import { beyondKey, createdWithin, type Database, inOrder, type Statement } from "../database/index.ts";

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

/** Has the current secret sign until the overlap is over, and this one from now on. */
export const rotateSecretRow = (
  database: Database,
  { ownerId, id, sealedSecret, overlapSeconds, opId }: Rotation,
): Statement =>
  database.execute(sql`
    WITH rotated AS (
      UPDATE webhook SET sealed_secret = ${sealedSecret}, updated_at = now(),
        previous_sealed_secret = CASE WHEN ${overlapSeconds}::int > 0 THEN sealed_secret END,
        previous_until = CASE WHEN ${overlapSeconds}::int > 0 THEN now() + make_interval(secs => ${overlapSeconds}::int) END
      WHERE owner_id = ${ownerId} AND id = ${id} RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('webhookId', rotated.id) FROM rotated WHERE op_id = ${opId}
    RETURNING result`);

type Rotation = { ownerId: string; id: string; sealedSecret: string; overlapSeconds: number; opId: string };

/** One more delivery of what another one sent. The operation's result names it. */
export const insertRedelivery = (database: Database, ownerId: string, deliveryId: string, opId: string): Statement =>
  database.execute(sql`
    WITH sent AS (
      INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
      SELECT sortable_id('dlv'), d.event_id, d.webhook_id, 'pending', now()
      FROM delivery d JOIN webhook w ON w.id = d.webhook_id WHERE d.id = ${deliveryId} AND w.owner_id = ${ownerId}
      RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('deliveryId', sent.id) FROM sent WHERE op_id = ${opId}
    RETURNING result`);

/**
 * A delivery for each event of the time that the webhook wants and that has neither got through nor waits, oldest first.
 * The operation's result says how many; where there is no such webhook, it stays null.
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

export const selectOwnProject = (database: Database, ownerId: string, id: string) =>
  database
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.ownerId, ownerId), eq(project.id, id)));

export type TriggerRow = typeof trigger.$inferSelect;

/** A trigger as a delivery to it finds it, with its owner's plan at this moment. */
export type OpenTrigger = Omit<TriggerRow, "createdAt" | "lastUsedAt"> & { plan: PlanName };

/** Inserts a trigger where the project is the owner's. The operation's result names it; otherwise it stays null. */
export const insertTrigger = (
  database: Database,
  row: Omit<TriggerRow, "createdAt" | "lastUsedAt">,
  opId: string,
): Statement =>
  database.execute(sql`
    WITH there AS (SELECT id FROM project WHERE owner_id = ${row.ownerId} AND id = ${row.projectId} FOR KEY SHARE),
    made AS (
      INSERT INTO trigger (id, owner_id, project_id, kind, prompt, agent, events, sealed_secret)
      SELECT ${row.id}, ${row.ownerId}, there.id, ${row.kind}, ${row.prompt}, ${row.agent},
        ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(row.events)}::jsonb)), ${row.sealedSecret} FROM there
      RETURNING id
    )
    UPDATE operation SET result = jsonb_build_object('triggerId', made.id) FROM made WHERE op_id = ${opId}
    RETURNING result`);

export const selectTrigger = (database: Database, ownerId: string, id: string) =>
  database
    .select()
    .from(trigger)
    .where(and(eq(trigger.ownerId, ownerId), eq(trigger.id, id)));

type OfProject = { ownerId: string; projectId: string; after: string | null };

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

/** Deletes a trigger and its receipts. The operation's result names it; where there was none, it stays null. */
export const deleteTriggerRow = (database: Database, ownerId: string, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH gone AS (DELETE FROM ${trigger} WHERE owner_id = ${ownerId} AND id = ${id} RETURNING id)
    UPDATE ${operation} SET result = jsonb_build_object('triggerId', gone.id) FROM gone WHERE op_id = ${opId}
    RETURNING result`);

/** Anybody's: who sends to it is known by its secret alone. */
export const selectOpenTrigger = (database: Database, id: string) => {
  const { createdAt, lastUsedAt, ...columns } = getTableColumns(trigger);
  return database
    .select({ ...columns, plan: user.plan })
    .from(trigger)
    .innerJoin(user, eq(user.id, trigger.ownerId))
    .where(and(eq(trigger.id, id), trigger.enabled, isNull(user.suspendedAt), isNull(user.deletionDueAt)));
};

/**
 * Inserts a delivery's receipt or finds the one there is; gives its operation, and the run that this has started. The use
 * of the trigger is noted once a minute at most. No row where there is no trigger.
 */
export const insertReceipt = (
  database: Database,
  { triggerId, deliveryId, opId }: { triggerId: string; deliveryId: string; opId: string },
) =>
  database.execute<{ opId: string; runId: string | null }>(sql`
    WITH there AS (SELECT id FROM trigger WHERE id = ${triggerId} FOR KEY SHARE),
    used AS (
      UPDATE trigger SET last_used_at = now()
      WHERE id = ${triggerId} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    ),
    noted AS (
      INSERT INTO trigger_receipt (trigger_id, delivery_id, op_id) SELECT id, ${deliveryId}, ${opId} FROM there
      -- Changes nothing, and so gives the row that is there, also one that another request is just inserting.
      ON CONFLICT (trigger_id, delivery_id) DO UPDATE SET delivery_id = excluded.delivery_id RETURNING op_id
    )
    SELECT noted.op_id AS "opId", o.result ->> 'runId' AS "runId"
    FROM noted LEFT JOIN operation o ON o.op_id = noted.op_id`);
