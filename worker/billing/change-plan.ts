import type { Config, PlanName } from "../config/index.ts";
import { commit, type Database, lockUser } from "../database/index.ts";
import { setPaidPlan, upsertSubscription } from "./subscription-store.ts";

/**
 * What an event says of a subscription. `plan`: what it pays for from then on; null: nothing. Stripe's clock has whole seconds
 * and its events come in any order, so `rank` tells which of two of one second is the newer one, and nothing follows one
 * that `isEnded`.
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
 * Sets an account's plan by what is known of its subscriptions, each event once and in whatever order they come: of one
 * subscription the newest word counts, of several the best plan, and without any what a new account gets.
 * @returns whether the event had something to say, now or when it came first: not where it was outdated or of no account
 */
export async function changePlan(
  { config, database }: { config: Config; database: Database },
  { userId, subscriptionId, eventId, ...word }: PaidPlan,
): Promise<boolean> {
  const opId = `op_stripe_${eventId}`;
  const { defaultPlan } = config;
  const { result } = await commit(database, {
    opId,
    kind: "plan.changed",
    statements: [
      lockUser(database, userId),
      upsertSubscription(database, { id: subscriptionId, userId, eventId, ...word }),
      setPaidPlan(database, { userId, subscriptionId, eventId, defaultPlan, opId }),
    ],
  });
  return result !== null;
}
