import { type SQL, sql } from "drizzle-orm";
import { operation, subscription, user } from "../../drizzle/schema/index.ts";
import type { PlanName } from "../config/index.ts";
import type { Database, Statement } from "../database/index.ts";

type SubscriptionWord = Required<typeof subscription.$inferInsert>;

/** The order of a subscription's events. Between otherwise equal ones the better plan wins. */
const subscriptionOrder = (row: SQL) =>
  sql`(${row}.is_ended, ${row}.as_of, ${row}.rank, coalesce(array_position(ARRAY['free', 'pro', 'enterprise'], ${row}.plan), 0))`;

/** Stores the state of a subscription unless a newer one is stored; does nothing for an unknown account. */
export const upsertSubscription = (db: Database, state: SubscriptionWord): Statement => {
  const { id, userId, plan, asOf, isEnded, rank, eventId } = state;
  return db.execute(sql`
    INSERT INTO ${subscription} AS known (id, user_id, plan, as_of, is_ended, rank, event_id)
    SELECT ${id}, u.id, ${plan}::text, ${asOf.toISOString()}::timestamptz, ${isEnded}::boolean, ${rank}::smallint, ${eventId}
    FROM ${user} u WHERE u.id = ${userId}
    ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, as_of = excluded.as_of, is_ended = excluded.is_ended,
      rank = excluded.rank, event_id = excluded.event_id
    WHERE known.user_id = excluded.user_id AND ${subscriptionOrder(sql`known`)} <= ${subscriptionOrder(sql`excluded`)}`);
};

type Paid = { userId: string; subscriptionId: string; eventId: string; defaultPlan: PlanName; opId: string };

/**
 * Gives an account the best plan of its subscriptions, or else the default, when the state of this event is the stored
 * one. The operation's result contains the plan; it stays null when a newer state was stored.
 */
export const setPaidPlan = (db: Database, { userId, subscriptionId, eventId, defaultPlan, opId }: Paid): Statement =>
  db.execute(sql`
    WITH set_plan AS (
      UPDATE ${user} SET updated_at = now(), plan = coalesce(
        (SELECT s.plan FROM ${subscription} s WHERE s.user_id = ${userId} AND s.plan IS NOT NULL
          ORDER BY array_position(ARRAY['free', 'pro', 'enterprise'], s.plan) DESC LIMIT 1), ${defaultPlan})
      WHERE id = ${userId} AND EXISTS (SELECT FROM ${subscription} s
        WHERE s.id = ${subscriptionId} AND s.user_id = ${userId} AND s.event_id = ${eventId})
      RETURNING plan
    )
    UPDATE ${operation} SET result = jsonb_build_object('plan', set_plan.plan) FROM set_plan WHERE op_id = ${opId}
    RETURNING result`);
