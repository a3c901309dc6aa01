import type { Database } from "../database/index.ts";
import { metrics } from "../monitoring/index.ts";
import { MetricsFlusher } from "./flusher.ts";
import { postgresStore } from "./postgres-store.ts";
import type { MetricsStore } from "./store.ts";

export {
  type Aggregation,
  aggregate,
  isAccounted,
  isCount,
  type Minute,
  metricOver,
  samplesOf,
} from "./metric-values.ts";
export { minutesIn, readMinutes } from "./read-minutes.ts";
export type { MetricsStore, Period } from "./store.ts";

/** The flusher of this isolate. */
export const flusher = new MetricsFlusher(metrics);

/** @returns the store of an installation's metrics */
export const metricsStoreOf = (database: Database): MetricsStore => postgresStore(database);
