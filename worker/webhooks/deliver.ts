import { z } from "zod";
import { type Config, configOf } from "../config/index.ts";
import { decrypt } from "../crypto/index.ts";
import { connect } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import {
  type Background,
  continueWork,
  currentOrigin,
  finishWork,
  log,
  reporterOf,
  timed,
  withTimings,
} from "../monitoring/index.ts";
import { leaseDue, settle } from "./delivery-leases.ts";
import { type Drained, type DrainPorts, type DueDelivery, drain } from "./drain.ts";
import { eventsOf, originOf, rememberOrigin } from "./event-origins.ts";
import { checkUrl } from "./ssrf-guard.ts";

export type DeliveryEnv = { DELIVERIES: Queue };

/** The time budget of one drain; the next wake-up sends the rest. */
const budgetMs = 45_000;
/** A retry due within this time sends its own wake-up message; the cron handles later ones. */
const maxWakeDelaySeconds = 60;

/**
 * Sends a wake-up message after a commit that added deliveries. Logs a failure instead of throwing it: the table is the
 * source of truth, and the cron checks it every minute, so a lost message only delays deliveries.
 * @param delaySeconds the time until the message arrives
 */
export async function wakeDeliveries(env: DeliveryEnv, delaySeconds = 0): Promise<void> {
  try {
    const origin = currentOrigin();
    await env.DELIVERIES.send({ origin, events: origin && eventsOf(origin) }, { delaySeconds });
  } catch (error) {
    log(configOf(env).logLevel, "warn", { event: "deliveries.wake_failed", cause: messageOf(error) });
  }
}

/** A message wakes a drain for all due deliveries. It names the request that sent it, with the events of that request. */
const wakeUp = z.object({
  origin: z.object({ requestId: z.string(), traceparent: z.string(), ownerId: z.string().optional() }).optional(),
  events: z.array(z.string()).default([]),
});

/** Consumes a batch of the queue: sends all due deliveries, since its messages name none. */
export async function consumeDeliveries(batch: MessageBatch, env: DeliveryEnv, ctx: Background): Promise<void> {
  const origins = batch.messages.flatMap(({ body }) => {
    const { origin, events = [] } = wakeUp.safeParse(body).data ?? {};
    if (origin) rememberOrigin(events, origin);
    return origin ?? [];
  });
  const [first] = origins;
  const config = configOf(env);
  // A batch with messages of several accounts belongs to no account.
  const own = origins.every(({ ownerId }) => ownerId === first?.ownerId) ? first : undefined;
  const work = continueWork("deliveries", own);
  const [at, from] = [Date.now(), performance.now()];
  const end = (ok: boolean) =>
    finishWork(work, config.logLevel, { kind: "deliveries", name: "drain", at, ms: performance.now() - from, ok });
  try {
    await withTimings(work, () => sendDue(env));
    end(true);
  } catch (error) {
    // The queue retries, and each retry would repeat the report.
    if (batch.messages.some(({ attempts }) => attempts === 1)) {
      withTimings(work, () => reporterOf(config, ctx).capture(error));
    }
    log(config.logLevel, "error", { event: "deliveries.failed", cause: messageOf(error) });
    end(false);
    throw error;
  }
}

/** Sends due deliveries whose wake-up was lost; the cron calls it. */
export const sweepDeliveries = (env: DeliveryEnv): Promise<void> => sendDue(env);

async function sendDue(env: DeliveryEnv): Promise<void> {
  const drained = await drain(portsOf(env), budgetMs);
  if (drained.attempted > 0) log(configOf(env).logLevel, "info", { event: "deliveries", ...drained });
  await wakeForRetry(env, drained);
}

async function wakeForRetry(env: DeliveryEnv, { soonestRetry, hasMore }: Drained): Promise<void> {
  if (hasMore) await wakeDeliveries(env);
  if (soonestRetry !== null && soonestRetry < maxWakeDelaySeconds) await wakeDeliveries(env, soonestRetry);
}

function portsOf(env: DeliveryEnv): DrainPorts {
  const config = configOf(env);
  const database = connect(config.database);
  return {
    claim: (room) => leaseDue(database, room),
    settle: (due, outcome) => settle(database, due, outcome),
    secretsOf: (due) => Promise.all(due.sealedSecrets.map((sealed) => decrypt(config, sealed, due.webhookId))),
    check: (url) => checkUrl(url, { allowLoopback: config.allowLoopbackWebhooks }),
    post: (due, init) => post(config.logLevel, due, init),
    now: () => Date.now(),
  };
}

/** Makes one attempt, in the trace of the request that caused the event, or in a new trace when that is unknown. */
async function post(
  threshold: Config["logLevel"],
  { ownerId, webhookId, url, event }: DueDelivery,
  init: RequestInit,
): Promise<Response> {
  const work = continueWork("deliveries", originOf(event.id));
  work.spans.ownerId = ownerId;
  const [at, from] = [Date.now(), performance.now()];
  const headers = new Headers(init.headers);
  let ok = false;
  try {
    const response = await withTimings(work, () =>
      timed(
        "webhook",
        // Not its host, which may be a secret.
        () => webhookId,
        ({ traceparent }) => {
          if (traceparent !== undefined) headers.set("traceparent", traceparent);
          return fetch(url, { ...init, headers });
        },
      ),
    );
    ok = response.ok;
    return response;
  } finally {
    finishWork(work, threshold, { kind: "deliveries", name: "delivery", at, ms: performance.now() - from, ok });
  }
}
