import { configOf } from "../config/index.ts";
import { connect, read } from "../database/index.ts";
import type { Background } from "../monitoring/index.ts";
import { sweepContents } from "../projects/index.ts";
import { sweepRuns } from "../runs/index.ts";
import { sweepDeliveries } from "../webhooks/index.ts";
import type { Env } from "./environment.ts";
import { forgetOldKeys } from "./idempotency-store.ts";

/** What the minute's cron looks after: wake-ups that were lost, and answers that need no longer be kept. */
export async function sweep(env: Env, background: Background): Promise<void> {
  const config = configOf(env);
  const database = connect(config.database);
  await Promise.all([
    sweepDeliveries(env, background),
    sweepRuns(env, config),
    read(forgetOldKeys(database)),
    sweepContents(database),
  ]);
}
