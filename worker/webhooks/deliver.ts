import { configOf } from "../config/index.ts";
import { decrypt } from "../crypto/index.ts";
import { connect } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { type Background, log, reporterOf } from "../monitoring/index.ts";
import { leaseDue, settle } from "./delivery-leases.ts";
import { type Drained, type DrainPorts, drain } from "./drain.ts";
import { checkUrl } from "./ssrf-guard.ts";

export type DeliveryEnv = { DELIVERIES: Queue };

/** How long one drain goes on. What is left is the next wake-up's. */
const budgetMs = 45_000;
/** A retry that is due sooner than the cron comes by gets a wake-up of its own. */
const maxWakeDelaySeconds = 60;

/**
 * Says that something is due, after a commit or a change. A queue's message can get lost and that is no harm: the truth is
 * the table, and the cron looks into it every minute. So a failure to send is noted and does not fail what was done.
 */
export async function wakeDeliveries(env: DeliveryEnv, delaySeconds = 0): Promise<void> {
  try {
    await env.DELIVERIES.send({}, { delaySeconds });
  } catch (error) {
    log(configOf(env).logLevel, "warn", { event: "deliveries.wake_failed", cause: messageOf(error) });
  }
}

/** The queue's consumer: whatever the messages were, sends what is due. */
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

/** The cron's: sends what is due though no wake-up came. */
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
    settle: (due, verdict) => settle(database, due, verdict),
    secretsOf: (due) => Promise.all(due.sealedSecrets.map((sealed) => decrypt(config, sealed, due.webhookId))),
    check: (url) => checkUrl(url, { allowLoopback: config.allowLoopbackWebhooks }),
    post: (url, init) => fetch(url, init),
    now: () => Date.now(),
  };
}
