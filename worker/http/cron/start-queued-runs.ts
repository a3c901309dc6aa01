import type { Config } from "../../config/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { checkLimit, type Limiter, limiterOf } from "../../limits/index.ts";
import { redispatch } from "../../runs/index.ts";
import { type QueuedReceipt, selectQueued, updateReceipt } from "../../webhooks/index.ts";
import type { Env } from "../environment.ts";

/** The maximum number of starts per account and sweep: no plan allows more starts per minute. */
const perOwner = 60;
const maxReceipts = 500;

/**
 * Starts runs whose deliveries arrived while the owner's run limit was reached, the oldest first, as far as the limit
 * allows.
 */
export async function startQueuedRuns(env: Env, config: Config, database: Database): Promise<void> {
  const limiter = limiterOf(env, config);
  const full = new Set<string>();
  for (const receipt of await executeIdempotent(selectQueued(database, { perOwner, most: maxReceipts }))) {
    const { ownerId, opId, triggerId } = receipt;
    if (full.has(ownerId)) continue;
    if (await start({ env, config, database, limiter }, receipt)) {
      await executeIdempotent(updateReceipt(database, opId, triggerId, { outcome: null, error: null }));
    } else {
      full.add(ownerId);
    }
  }
}

type Dependencies = { env: Env; config: Config; database: Database; limiter: Limiter | null };

/** @returns false when the owner's run limit is reached */
async function start({ env, config, database, limiter }: Dependencies, receipt: QueuedReceipt): Promise<boolean> {
  const { ownerId, plan, triggerId, runId, hasEnded } = receipt;
  // The run was cancelled while it waited; or the request that queued it ended before the INSERT, and the sender
  // retries.
  if (runId === null || hasEnded) return true;
  try {
    await checkLimit({ limiter, class: "run", key: ownerId, plan });
  } catch (error) {
    if (isAppError(error, "rate_limited")) return false;
    throw error;
  }
  const actor = { kind: "trigger", ownerId, plan, name: triggerId, triggerId } as const;
  await redispatch({ config, database, actor }, env, runId, []);
  return true;
}
