export { changePlan } from "./change-plan.ts";
export { claudeNameOf } from "./claude-name.ts";
export { modelChoices } from "./model-choices.ts";
export { type Plan, planOf, plans } from "./plans.ts";
export { claimRefusalAlert, claimSpendingAlert, type PlatformAlert } from "./platform-alert.ts";
export { freePrice, type Price, type PriceAt, priced, priceNotice, type TokenUsage, tierPrice } from "./prices.ts";
export { reconcileSpending } from "./reconcile.ts";
export { type Reservation, reserveForAppStatement, reserveStatement, settleStatement } from "./reservations.ts";
export { parsePaidPlan, verifyStripeEvent } from "./stripe-event.ts";
