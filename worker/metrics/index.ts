import type { Config } from "../config/index.ts";
import { connect, type Database } from "../database/index.ts";
import { type Background, metrics } from "../monitoring/index.ts";
import { analyticsStore } from "./analytics-store.ts";
import type { Dataset } from "./ask-analytics.ts";
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
export type { MetricsStore } from "./store.ts";

/** The flusher of this isolate. */
export const flusher = new MetricsFlusher(metrics);

/** The binding of Analytics Engine, where the installation has one. */
export type MetricsEnv = { METRICS?: Dataset };

/** @returns the store of an installation's metrics: Analytics Engine where it is bound, otherwise Postgres */
export const metricsStoreOf = ({ METRICS }: MetricsEnv, config: Config, database: Database): MetricsStore =>
  METRICS !== undefined && config.analytics !== null
    ? analyticsStore(METRICS, config.analytics)
    : postgresStore(database);

/** Stores the counts of this isolate when that is due, for code without a request. Returns at once. */
export const scheduleFlush = (env: MetricsEnv, config: Config, background: Background): void =>
  flusher.schedule(metricsStoreOf(env, config, connect(config.database)), background);
