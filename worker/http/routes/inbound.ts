import type { Context } from "hono";
import { changePlan, parsePaidPlan, verifyStripeEvent } from "../../billing/index.ts";
import { inboundRoutes } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError, type ErrorCode, isAppError } from "../../errors.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import { cancelRun, type Dispatch, enqueue, startRun } from "../../runs/index.ts";
import {
  dedupeDelivery,
  queueReceipt,
  readDelivery,
  refusedSignature,
  renderPrompt,
  selectStoredReceipt,
  updateReceipt,
  type Verified,
  verifyDelivery,
} from "../../webhooks/index.ts";
import type { AppEnv } from "../environment.ts";
import { consumeRateLimit } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";

/**
 * What other systems send, signed. It comes before anybody is identified: whatever credential it has is its sender's own
 * and none of ours, so that a cookie or a token does nothing here.
 */
export function inboundRouter() {
  return newRouter()
    .openapi(inboundRoutes.receiveStripe, async (c) => {
      const event = await stripeEvent(c);
      const paid = parsePaidPlan(event);
      const ground = { config: c.get("config"), database: c.get("database") };
      return c.json({ changed: paid !== null && (await changePlan(ground, paid)) }, 200);
    })
    .openapi(inboundRoutes.receiveDelivery, async (c) => {
      const body = new Uint8Array(await c.req.arrayBuffer());
      const signed = await signedDelivery(c, { triggerId: c.req.valid("param").id, headers: c.req.raw.headers, body });
      const { trigger } = signed;
      await checkLimit({ limiter: limiterOf(c.env, c.get("config")), class: "inbound", key: trigger.id });
      if (!trigger.enabled) throw new AppError("trigger_disabled", "This trigger is disabled.");
      return c.json({ runId: await runFor(c, readDelivery(signed)) }, 202);
    });
}

/**
 * A delivery, once it is known to be signed. What is not counts against its address; what is never does, since its sender
 * shares that address with others, as all of GitHub's customers do.
 */
async function signedDelivery(c: Context<AppEnv>, sent: Parameters<typeof verifyDelivery>[1]) {
  try {
    return await verifyDelivery({ config: c.get("config"), database: c.get("database") }, sent);
  } catch (error) {
    if (isAppError(error, "invalid_signature") || isAppError(error, "unsupported_media_type"))
      await consumeRateLimit(c, "run");
    throw error;
  }
}

/**
 * The run of a delivery: the one that it has started, or one that starts now under the receipt's operation; null where it is
 * none that starts a run. Where the owner's run limit is reached the run is queued, and the sweep starts it.
 */
async function runFor(c: Context<AppEnv>, verified: Verified): Promise<string | null> {
  const { id, ownerId, plan, projectId, agent } = verified.trigger;
  c.set("actor", { kind: "trigger", ownerId, plan, name: id, triggerId: id });
  const receipt = await dedupeDelivery(c.get("database"), verified);
  if (!receipt) throw refusedSignature();
  if (receipt.runId !== null || !receipt.startsRun) return receipt.runId;
  const handOver = (await hasRoom(c, verified.trigger, receipt.opId)) ? enqueue : leaveQueued;
  const { prompt, routingText } = renderPrompt(verified);
  const run = { prompt, ...(agent !== null && { agent }) };
  try {
    const started = await startRun(
      requestContext(c),
      c.env,
      { projectId, run, routingText, opId: receipt.opId },
      handOver,
    );
    if (handOver === enqueue) return started.id;
    const kept = await executeIdempotent(selectStoredReceipt(c.get("database"), receipt.opId, id));
    if (kept.length > 0) return started.id;
    // The trigger was deleted before the run was noted. Taken for one that was lost on the way, it would start.
    await cancelRun(requestContext(c), c.env, started.id);
    throw refusedSignature();
  } catch (error) {
    if (isAppError(error) && !passing.has(error.code)) {
      await executeIdempotent(
        updateReceipt(c.get("database"), receipt.opId, id, { outcome: "refused", error: error.code }),
      );
    }
    throw error;
  }
}

/** What says nothing of the run: it may have been noted, and may be asked for again at once. */
const passing = new Set<ErrorCode>(["outcome_unknown", "dependency_down"]);

/**
 * Counts a start against the owner's limit.
 * @returns whether it may begin now; otherwise its receipt says that it waits
 * @throws AppError `rate_limited` where too many wait already; `invalid_signature` where the trigger has been deleted in the
 *   meantime; `dependency_down`
 */
async function hasRoom(c: Context<AppEnv>, trigger: Verified["trigger"], opId: string): Promise<boolean> {
  try {
    await consumeRateLimit(c, "run");
    return true;
  } catch (error) {
    if (!isAppError(error, "rate_limited")) throw error;
    const queued = await executeIdempotent(queueReceipt(c.get("database"), opId, trigger));
    if (queued.length > 0) return false;
    const kept = await executeIdempotent(selectStoredReceipt(c.get("database"), opId, trigger.id));
    throw kept.length > 0 ? error : refusedSignature();
  }
}

/** The run is noted, with its money set aside, and not handed to its Session yet. */
const leaveQueued: Dispatch<{ id: string }> = async (_env, { start }) => ({ id: start.id });

/** Stripe's signature is looked at without the database, so that only what is not Stripe's counts against its address. */
async function stripeEvent(c: Context<AppEnv>): Promise<unknown> {
  const secret = c.get("config").stripeWebhookSecret;
  if (secret === null) throw new AppError("not_found", "Not found.");
  const body = await jsonBytes(c);
  try {
    return verifyStripeEvent(secret, c.req.raw.headers, body);
  } catch (error) {
    if (isAppError(error, "invalid_signature")) await consumeRateLimit(c, "write");
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
