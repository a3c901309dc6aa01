import type { Context } from "hono";
import { changePlan } from "../accounts/index.ts";
import { inboundRoutes } from "../contract/index.ts";
import { AppError, isAppError } from "../errors.ts";
import { asRun, startRun } from "../runs/index.ts";
import {
  fillPrompt,
  isWanted,
  noteReceipt,
  paidPlanIn,
  refusedSignature,
  type Verified,
  verifyDelivery,
  verifyStripe,
} from "../webhooks/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { count } from "./guards.ts";
import { newRouter } from "./router.ts";

/**
 * What other systems send, signed. It comes before anybody is identified: whatever credential it has is its sender's own
 * and none of ours, so that a cookie or a token does nothing here.
 */
export function inboundRouter() {
  return newRouter()
    .openapi(inboundRoutes.receiveStripe, async (c) => {
      const event = await stripeEvent(c);
      const paid = paidPlanIn(event);
      const ground = { config: c.get("config"), database: c.get("database") };
      return c.json({ changed: paid !== null && (await changePlan(ground, paid)) }, 200);
    })
    .openapi(inboundRoutes.receiveDelivery, async (c) => {
      // Nobody is known yet, so this is the address's limit, and the database is not asked for who is over it.
      await count(c, "run");
      const sent = { triggerId: c.req.valid("param").id, headers: c.req.raw.headers, body: await jsonBytes(c) };
      const verified = await verifyDelivery({ config: c.get("config"), database: c.get("database") }, sent);
      return c.json({ runId: isWanted(verified) ? await runFor(c, verified) : null }, 202);
    });
}

/** The run of a delivery: the one that it has started, or one that starts now under the receipt's operation. */
async function runFor(c: Context<AppEnv>, verified: Verified): Promise<string> {
  const { id, ownerId, plan, projectId, agent } = verified.trigger;
  c.set("actor", { kind: "trigger", ownerId, plan, name: id, triggerId: id });
  const receipt = await noteReceipt(c.get("database"), verified);
  if (!receipt) throw refusedSignature();
  if (receipt.runId !== null) return receipt.runId;
  // From here on it is the owner's limit.
  await count(c, "run");
  const { prompt, words } = fillPrompt(verified);
  const run = { prompt, ...(agent !== null && { agent }) };
  const started = await startRun(callerOf(c), c.env, { projectId, run, words, opId: receipt.opId }, asRun);
  return started.id;
}

/** Stripe's signature is looked at without the database, so that only what is not Stripe's counts against its address. */
async function stripeEvent(c: Context<AppEnv>): Promise<unknown> {
  const secret = c.get("config").stripeWebhookSecret;
  if (secret === null) throw new AppError("not_found", "There is nothing at this address.");
  const body = await jsonBytes(c);
  try {
    return verifyStripe(secret, c.req.raw.headers, body);
  } catch (error) {
    if (isAppError(error, "invalid_signature")) await count(c, "write");
    throw error;
  }
}

/** A body as it came, since it is what is signed. */
async function jsonBytes(c: Context<AppEnv>): Promise<Uint8Array> {
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  return new Uint8Array(await c.req.arrayBuffer());
}
