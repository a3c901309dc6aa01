import { sql } from "drizzle-orm";
import type { OutboundEventType } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";
import { newEventId } from "./event-origins.ts";

/** The origin and type of an event. It goes to the owner's webhooks for all projects and for this one. */
export type Outbound = { ownerId: string; projectId: string | null; type: OutboundEventType };

/**
 * @returns a statement that writes an event and a delivery per subscribed webhook. It joins the transaction of the
 *   change, so that both are committed or neither; send a wake-up after the commit (`wakeDeliveries`)
 */
export const outboxStatement = (
  database: Database,
  { eventId = newEventId(), data, ...outbound }: Outbound & { eventId?: string; data: unknown },
): Statement => {
  const { ownerId, projectId, type } = outbound;
  return database.execute(
    sql`SELECT emit_event(${eventId}, ${ownerId}, ${projectId}, ${type}, ${JSON.stringify(data)}::jsonb)`,
  );
};

/**
 * @returns the same statement for an event whose data is known only inside the transaction: the result that an earlier
 *   statement stored in the row of operation `opId`, also returned as `result`. An operation without a result changed
 *   nothing, so it emits no event and returns no row
 */
export const outboxOfOperation = (
  database: Database,
  { opId, ownerId, projectId, type }: Outbound & { opId: string },
): Statement =>
  database.execute(sql`
    SELECT emit_event(${newEventId()}, ${ownerId}, ${projectId}, ${type}, result), result
    FROM operation WHERE op_id = ${opId} AND jsonb_typeof(result) <> 'null'`);

type SpentOn = { ownerId: string; day: string; planMicroUsd: number };

/**
 * @returns a statement that emits a budget event when the day's budget, the account's own or else `planMicroUsd`, is
 *   spent by 80 or 100 percent, once each. It follows the spending in the same transaction
 */
export const budgetOutbox = (database: Database, { ownerId, day, planMicroUsd }: SpentOn): Statement =>
  database.execute(sql`SELECT emit_budget_event(${ownerId}, ${day}::date, ${planMicroUsd}::bigint, ${newEventId()})`);
