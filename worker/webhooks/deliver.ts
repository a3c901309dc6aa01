import { configOf } from "../config/index.ts";
import { decrypt } from "../crypto/index.ts";
import { connect } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { type Background, log, reporterOf } from "../monitoring/index.ts";
import { leaseDue, settle } from "./delivery-leases.ts";
import { type Drained, type DrainPorts, drain } from "./drain.ts";
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
    await env.DELIVERIES.send({}, { delaySeconds });
  } catch (error) {
    log(configOf(env).logLevel, "warn", { event: "deliveries.wake_failed", cause: messageOf(error) });
  }
}

/** Consumes a batch of the queue: sends all due deliveries, since the messages have no content. */
export async function consumeDeliveries(_batch: MessageBatch, env: DeliveryEnv, ctx: Background): Promise<void> {
  try {
    await sendDue(env);
  } catch (error) {
    const config = configOf(env);
    reporterOf(config, ctx).capture(error, { route: "deliveries" });
    log(config.logLevel, "error", { event: "deliveries.failed", cause: messageOf(error) });
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
    post: (url, init) => fetch(url, init),
    now: () => Date.now(),
  };
}
