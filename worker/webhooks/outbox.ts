import { sql } from "drizzle-orm";
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
): Statement => {
  const { ownerId, projectId, type } = outbound;
  return database.execute(
    sql`SELECT emit_event(${eventId}, ${ownerId}, ${projectId}, ${type}, ${JSON.stringify(data)}::jsonb)`,
  );
};

/**
 * The same for an event whose data is known inside the transaction alone: the result that an earlier statement of the
 * batch stored in the row of operation `opId`, which its row gives as `result`. An operation without a result did nothing:
 * nothing is told, and there is no row.
 */
export const outboxOfOperation = (
  database: Database,
  { opId, ownerId, projectId, type }: Outbound & { opId: string },
): Statement =>
  database.execute(sql`
    SELECT emit_event(${newId("event")}, ${ownerId}, ${projectId}, ${type}, result), result
    FROM operation WHERE op_id = ${opId} AND jsonb_typeof(result) <> 'null'`);

type SpentOn = { ownerId: string; day: string; planMicroUsd: number };

/**
 * Tells that a day's budget, the account's own or else `planMicroUsd`, is spent by 80 or by 100 percent, each once. It joins
 * the transaction of what was spent, after that.
 */
export const budgetOutbox = (database: Database, { ownerId, day, planMicroUsd }: SpentOn): Statement =>
  database.execute(sql`SELECT emit_budget_event(${ownerId}, ${day}::date, ${planMicroUsd}::bigint, ${newId("event")})`);
