import { Buffer } from "node:buffer";
import { z } from "zod";
import type { PlanName } from "../config/index.ts";
import { lazily, parseJsonBytes } from "../contract/index.ts";
import { isRecentTimestamp, verifyHmac } from "../crypto/index.ts";
import { AppError } from "../errors.ts";
import type { PaidPlan } from "./change-plan.ts";
import { plans } from "./plans.ts";

const shapes = lazily(() => {
  const metadata = z.object({ userId: z.string().optional(), plan: z.string().optional() }).nullish();

  const event = z.object({ id: z.string().regex(/^\w{1,200}$/), type: z.string(), created: z.int() });

  const subscription = z.object({
    id: z.string(),
    status: z.string(),
    metadata,
    items: z.object({ data: z.array(z.object({ price: z.object({ lookup_key: z.string().nullish() }) })) }).optional(),
  });

  const checkout = z.object({
    id: z.string(),
    payment_status: z.string(),
    client_reference_id: z.string().nullish(),
    subscription: z.string().nullish(),
    metadata,
  });
  return { event, subscription, checkout };
});

const dataOf = <Schema extends z.ZodType>(object: Schema) => z.object({ data: z.object({ object }) });

/** The statuses of a subscription whose plan is in effect: also `past_due`, while Stripe retries the payment. */
const liveStatuses = ["active", "trialing", "past_due"];

/**
 * Verifies Stripe's signature over the raw body: `t=<timestamp>,v1=<hex>`, with two `v1` during a rotation of the
 * secret.
 * @returns the event
 * @throws AppError `invalid_signature`, `malformed_json`
 */
export function verifyStripeEvent(secret: string, headers: Headers, body: Uint8Array): unknown {
  const parts = (headers.get("stripe-signature") ?? "").split(",").map((part) => part.trim().split("="));
  const seconds = parts.find(([name]) => name === "t")?.[1] ?? "";
  const signatures = parts.flatMap(([name, hex = ""]) => (name === "v1" ? [Buffer.from(hex, "hex")] : []));
  if (!isRecentTimestamp(seconds) || !verifyHmac(secret, [`${seconds}.`, body], signatures)) {
    throw new AppError("invalid_signature", "The signature is missing, expired or not from Stripe.");
  }
  return parseJsonBytes(body);
}

/** @returns the paid plan in an event of Stripe; null for other events, and for accounts that are not ours */
export function parsePaidPlan(payload: unknown): PaidPlan | null {
  const parsed = shapes.event.safeParse(payload).data;
  if (!parsed) return null;
  const paid =
    parsed.type === "checkout.session.completed" ? checkoutIn(payload) : subscriptionIn(parsed.type, payload);
  if (!paid) return null;
  const rank = ranks[parsed.type] ?? 0;
  return {
    ...paid,
    eventId: parsed.id,
    asOf: new Date(parsed.created * 1_000),
    rank,
    isEnded: parsed.type === "customer.subscription.deleted",
  };
}

/** The order in which Stripe creates the events of a subscription within one second. */
const ranks: Record<string, number> = {
  "customer.subscription.created": 0,
  "checkout.session.completed": 1,
  "customer.subscription.updated": 2,
  "customer.subscription.deleted": 3,
};

type PaidSubscription = Pick<PaidPlan, "userId" | "subscriptionId" | "plan"> | null;

function subscriptionIn(type: string, payload: unknown): PaidSubscription {
  if (!/^customer\.subscription\.(created|updated|deleted)$/.test(type)) return null;
  const object = dataOf(shapes.subscription).safeParse(payload).data?.data.object;
  if (object?.metadata?.userId === undefined) return null;
  const isLive = liveStatuses.includes(object.status) && !type.endsWith(".deleted");
  // The price comes first: it changes when a customer switches plans.
  const names = [...(object.items?.data ?? []).map(({ price }) => price.lookup_key), object.metadata.plan];
  const plan = isLive ? (names.map(planNamed).find((name) => name !== null) ?? null) : null;
  return { userId: object.metadata.userId, subscriptionId: object.id, plan };
}

/** Parses a paid checkout; without a plan in its metadata, the subscription's events determine the plan. */
function checkoutIn(payload: unknown): PaidSubscription {
  const object = dataOf(shapes.checkout).safeParse(payload).data?.data.object;
  const userId = object?.client_reference_id ?? object?.metadata?.userId;
  const plan = planNamed(object?.metadata?.plan);
  if (!object || userId === undefined || plan === null || object.payment_status === "unpaid") return null;
  return { userId, subscriptionId: object.subscription ?? object.id, plan };
}

const isPlan = (name: string): name is PlanName => Object.hasOwn(plans, name);

const planNamed = (name: string | null | undefined): PlanName | null =>
  typeof name === "string" && isPlan(name) ? name : null;
