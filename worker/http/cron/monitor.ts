import { sampleGauges } from "../../admin/index.ts";
import { evaluateAlerts, notifyOfAlerts } from "../../alerts/index.ts";
import type { Config } from "../../config/index.ts";
import type { Database } from "../../database/index.ts";
import { flusher, metricsStoreOf } from "../../metrics/index.ts";
import type { Reporter } from "../../monitoring/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import type { Env } from "../environment.ts";

type Dependencies = { config: Config; database: Database; reporter: Reporter };

/**
 * Stores this isolate's counts and the gauges, and evaluates the alert rules on all isolates' metrics.
 * @param now when the cron was due, in Unix milliseconds
 */
export async function monitor(
  env: Pick<Env, "DELIVERIES" | "METRICS">,
  dependencies: Dependencies,
  now: number,
): Promise<void> {
  const { config, database } = dependencies;
  const store = metricsStoreOf(env, config, database);
  // Just before the cron was due: the windows end at that moment.
  await Promise.all([flusher.flush(store), sampleGauges({ database, store }, config.logLevel, now - 1)]);
  const changed = await evaluateAlerts({ config, database, store }, now);
  await notifyOfAlerts(dependencies);
  if (changed > 0) await wakeDeliveries(env);
}
