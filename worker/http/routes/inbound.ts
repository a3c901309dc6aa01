import type { Context } from "hono";
import { changePlan, parsePaidPlan, verifyStripeEvent } from "../../billing/index.ts";
import { inboundRoutes } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError, type ErrorCode, isAppError } from "../../errors.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import { setOwner } from "../../monitoring/index.ts";
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
 * Receives signed requests of other systems. It comes before the authentication, since any credential belongs to the
 * sender's system: a cookie or an API token has no effect here.
 */
export function inboundRouter() {
  return newRouter()
    .openapi(inboundRoutes.receiveStripe, async (c) => {
      const event = await stripeEvent(c);
      const paid = parsePaidPlan(event);
      const dependencies = { config: c.get("config"), database: c.get("database") };
      return c.json({ changed: paid !== null && (await changePlan(dependencies, paid)) }, 200);
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
 * Verifies a delivery. Only a delivery with an invalid signature counts against the client's IP, since senders share
 * IPs: all of GitHub's customers do.
 * @throws AppError `invalid_signature`, `rate_limited`
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
 * Returns a delivery's run: the one that it started before, or a new one under the receipt's operation id. When the
 * owner's run limit is reached the run is queued, and the cron starts it.
 * @returns the run's id; null when the event starts no run
 */
async function runFor(c: Context<AppEnv>, verified: Verified): Promise<string | null> {
  const { id, ownerId, plan, projectId, agent } = verified.trigger;
  c.set("actor", { kind: "trigger", ownerId, plan, name: id, triggerId: id });
  setOwner(ownerId);
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
    // The trigger was deleted before the INSERT of the run. Uncancelled, the run would look lost, and the cron would
    // start it.
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

/** Errors after which the run may exist, so that the sender may retry at once. */
const passing = new Set<ErrorCode>(["outcome_unknown", "dependency_down"]);

/**
 * Counts a start against the owner's run limit.
 * @returns whether the run may start now; otherwise the receipt records that it is queued
 * @throws AppError `rate_limited` when too many are queued; `invalid_signature` when the trigger has been deleted in
 *   the meantime; `dependency_down`
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

/** Leaves the run in the database, with its budget reserved, and does not dispatch it to its Session. */
const leaveQueued: Dispatch<{ id: string }> = async (_env, { start }) => ({ id: start.id });

/**
 * Verifies Stripe's signature without the database, so that only requests from other senders count against the client's
 * IP.
 * @returns the event
 * @throws AppError `not_found` without a configured secret; `invalid_signature`, `rate_limited`
 */
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

/** @returns the body's bytes as received, since the signature covers them */
async function jsonBytes(c: Context<AppEnv>): Promise<Uint8Array> {
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  return new Uint8Array(await c.req.arrayBuffer());
}
