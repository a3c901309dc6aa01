import { type SQL, sql } from "drizzle-orm";
import { newId, type OutboundEventType } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** Whose event it is. Webhooks of this owner for all projects, or for this one, are told. */
export type Outbound = { ownerId: string; projectId: string | null; type: OutboundEventType };

/**
 * A statement that writes an event and a delivery for each webhook that wants it. It joins the batch of what the event
 * tells of, so that both are committed or neither is. Send a wake-up after the commit (`wakeDeliveries`).
 */
export const outboxStatement = (
  database: Database,
  { eventId = newId("event"), data, ...outbound }: Outbound & { eventId?: string; data: unknown },
): Statement => database.execute(toldWith(outbound, sql`SELECT ${eventId}, ${JSON.stringify(data)}::jsonb`));

/**
 * The same for an event whose data is known inside the transaction alone: the result that an earlier statement of the
 * batch stored in the row of operation `opId`. An operation without a result did nothing, so nothing is told.
 */
export const outboxOfOperation = (database: Database, { opId, ...outbound }: Outbound & { opId: string }): Statement =>
  database.execute(
    toldWith(
      outbound,
      sql`SELECT ${newId("event")}, result FROM operation WHERE op_id = ${opId} AND jsonb_typeof(result) <> 'null'`,
    ),
  );

/** `source` gives the event's id and data. */
const toldWith = ({ ownerId, projectId, type }: Outbound, source: SQL): SQL => sql`
  WITH source (id, data) AS (${source}),
  told AS (
    INSERT INTO event (id, owner_id, project_id, type, data)
    SELECT id, ${ownerId}, ${projectId}, ${type}, data FROM source RETURNING id
  )
  INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
  SELECT sortable_id('dlv'), told.id, webhook.id, 'pending', now()
  FROM told, webhook
  WHERE webhook.owner_id = ${ownerId} AND webhook.enabled AND ${type} = ANY (webhook.events)
    AND (webhook.project_id IS NULL OR webhook.project_id = ${projectId})`;
