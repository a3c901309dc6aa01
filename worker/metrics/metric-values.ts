import type { MetricName } from "../contract/index.ts";
import { addHistogram, type Histogram, isolateBytes, percentile } from "../monitoring/index.ts";
import type { MinuteTotals } from "./store.ts";

/** A minute with the money and the runs that Postgres accounts for. */
export type Minute = MinuteTotals & { modelMicroUsd: number; runs: number; failedRuns: number };

/**
 * How a metric is computed. `over` returns its value over some minutes; null without measurements. A count over no
 * minutes is 0. `samples` returns the number of requests or runs behind a share.
 */
type Metric = { over(minutes: Minute[]): number | null; isCount?: true; samples?(minutes: Minute[]): number };

const sum = (minutes: Minute[], of: (minute: Minute) => number): number =>
  minutes.reduce((total, minute) => total + of(minute), 0);

const max = (minutes: Minute[], of: (minute: Minute) => number | undefined): number | null =>
  minutes
    .map(of)
    .reduce<number | null>((most, value) => (value === undefined ? most : Math.max(most ?? value, value)), null);

const count = (of: (minute: Minute) => number): Metric => ({ over: (minutes) => sum(minutes, of), isCount: true });

const share = (part: (minute: Minute) => number, whole: (minute: Minute) => number): Metric => ({
  over: (minutes) => {
    const total = sum(minutes, whole);
    return total === 0 ? null : sum(minutes, part) / total;
  },
  samples: (minutes) => sum(minutes, whole),
});

function latency(minutes: Minute[], at: number): number | null {
  const all: Histogram = {};
  for (const minute of minutes) addHistogram(all, minute.latency);
  return percentile(all, at);
}

const definitions: Record<MetricName, Metric> = {
  requests: count(({ requests }) => requests),
  errors: count(({ errors }) => errors),
  error_rate: share(
    ({ errors }) => errors,
    ({ requests }) => requests,
  ),
  latency_p50_ms: { over: (minutes) => latency(minutes, 0.5) },
  latency_p95_ms: { over: (minutes) => latency(minutes, 0.95) },
  database_max_ms: { over: (minutes) => max(minutes, ({ databaseMaxMs }) => databaseMaxMs) },
  database_calls: count(({ databaseCalls }) => databaseCalls),
  model_micro_usd: count(({ modelMicroUsd }) => modelMicroUsd),
  model_calls: count(({ counters }) => counters.model_calls ?? 0),
  runs: count(({ runs }) => runs),
  failed_runs: count(({ failedRuns }) => failedRuns),
  failed_runs_share: share(
    ({ failedRuns }) => failedRuns,
    ({ runs }) => runs,
  ),
  queued_runs: { over: (minutes) => max(minutes, ({ counters }) => counters.queued_runs) },
  deliveries_lag_seconds: { over: (minutes) => max(minutes, ({ counters }) => counters.deliveries_lag_seconds) },
  open_streams: { over: (minutes) => max(minutes, ({ openStreams }) => openStreams) },
  held_bytes_share: { over: (minutes) => max(minutes, ({ heldBytes }) => heldBytes / isolateBytes) },
  failed_sign_ins: count(({ counters }) => counters.failed_sign_ins ?? 0),
  limiter_degraded: count(({ counters }) => counters.limiter_degraded ?? 0),
  backup_age_seconds: { over: (minutes) => max(minutes, ({ counters }) => counters.backup_age_seconds) },
  spend_differences: { over: (minutes) => max(minutes, ({ counters }) => counters.spend_differences) },
};

/** @returns a metric's value over some minutes; null without measurements */
export const metricOver = (name: MetricName, minutes: Minute[]): number | null => definitions[name].over(minutes);

const accounted = new Set<MetricName>(["model_micro_usd", "runs", "failed_runs", "failed_runs_share"]);

/** @returns whether a metric comes from the tables of money and runs and not from the counts of isolates */
export const isAccounted = (name: MetricName): boolean => accounted.has(name);

/** @returns whether a metric is a count, which is 0 while nothing happens */
export const isCount = (name: MetricName): boolean => definitions[name].isCount === true;

/** @returns the number of requests or runs behind a share; Infinity for other metrics */
export const samplesOf = (name: MetricName, minutes: Minute[]): number =>
  definitions[name].samples?.(minutes) ?? Number.POSITIVE_INFINITY;

export type Aggregation = "sum" | "avg" | "max" | "last";

/**
 * Aggregates a metric over a window.
 * @returns `avg` is the metric over the whole window (of a count, its mean by minute of the window); `sum`, `max` and
 *   `last` are those of its values by minute; null without measurements
 */
export function aggregate(
  name: MetricName,
  aggregation: Aggregation,
  minutes: Minute[],
  windowMinutes: number,
): number | null {
  const metric = definitions[name];
  if (aggregation === "avg") {
    const value = metric.over(minutes);
    return value !== null && metric.isCount ? value / windowMinutes : value;
  }
  const values = minutes.flatMap((minute) => metric.over([minute]) ?? []);
  if (values.length === 0) return metric.isCount ? 0 : null;
  if (aggregation === "sum") return values.reduce((total, value) => total + value, 0);
  return aggregation === "max" ? Math.max(...values) : (values.at(-1) ?? null);
}
