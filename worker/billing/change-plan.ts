import type { Config, PlanName } from "../config/index.ts";
import { commit, type Database, lockUser } from "../database/index.ts";
import { setPaidPlan, upsertSubscription } from "./subscription-store.ts";

/**
 * The state of a subscription in one of Stripe's events. `plan` is the paid plan; null for none. Stripe's timestamps
 * have whole seconds and its events arrive in any order, so `rank` orders two of the same second, and no event follows
 * one with `isEnded`.
 */
export type PaidPlan = {
  eventId: string;
  asOf: Date;
  rank: number;
  isEnded: boolean;
  userId: string;
  subscriptionId: string;
  plan: PlanName | null;
};

/**
 * Sets an account's plan from the state of its subscriptions. Events may arrive repeatedly and in any order: the newest
 * state of each subscription counts. Several subscriptions give the best of their plans, none gives the default plan.
 * @returns whether the event took effect, now or at its first arrival; false for an outdated event or an unknown
 *   account
 */
export async function changePlan(
  { config, database }: { config: Config; database: Database },
  { userId, subscriptionId, eventId, ...state }: PaidPlan,
): Promise<boolean> {
  const opId = `op_stripe_${eventId}`;
  const { defaultPlan } = config;
  const { result } = await commit(database, {
    opId,
    kind: "plan.changed",
    statements: [
      lockUser(database, userId),
      upsertSubscription(database, { id: subscriptionId, userId, eventId, ...state }),
      setPaidPlan(database, { userId, subscriptionId, eventId, defaultPlan, opId }),
    ],
  });
  return result !== null;
}
