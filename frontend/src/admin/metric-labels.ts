import type { Alert, AlertInput, MetricName } from "../../../worker/contract/index.ts";
import { dollars } from "../ui/format.ts";
import { duration, percent, wait } from "./figures.ts";

type Unit = { format: (value: number) => string; hint: string };

const whole = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });

const counted: Unit = { format: whole, hint: "A number." };
const share: Unit = { format: percent, hint: "A share: 0.01 is 1%." };
const milliseconds: Unit = { format: duration, hint: "Milliseconds." };
const seconds: Unit = { format: wait, hint: "Seconds." };
const money: Unit = { format: dollars, hint: "Micro-dollars: 1,000,000 is $1." };

/** The label of each metric, and the unit of its values. */
export const metrics: Record<MetricName, Unit & { label: string }> = {
  requests: { label: "requests", ...counted },
  errors: { label: "server errors", ...counted },
  error_rate: { label: "error rate", ...share },
  latency_p50_ms: { label: "p50 of requests", ...milliseconds },
  latency_p95_ms: { label: "p95 of requests", ...milliseconds },
  database_max_ms: { label: "slowest query", ...milliseconds },
  database_calls: { label: "database calls", ...counted },
  model_micro_usd: { label: "model spend", ...money },
  model_calls: { label: "model calls", ...counted },
  runs: { label: "ended runs", ...counted },
  failed_runs: { label: "failed runs", ...counted },
  failed_runs_share: { label: "share of failed runs", ...share },
  queued_runs: { label: "queued runs", ...counted },
  deliveries_lag_seconds: { label: "delivery lag", ...seconds },
  open_streams: { label: "open streams", ...counted },
  held_bytes_share: { label: "memory held", ...share },
  failed_sign_ins: { label: "failed sign-ins", ...counted },
  limiter_degraded: { label: "limiter calls without an answer", ...counted },
  spend_differences: { label: "differences in spend", ...counted },
  backup_age_seconds: { label: "backup age", ...seconds },
};

const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);

/** Formats a metric's value with its unit. An alert's history may name a removed metric, whose values have no unit. */
export const formatMetric = (name: string, value: number): string =>
  (isMetric(name) ? metrics[name] : counted).format(value);

export const aggregations: Record<AlertInput["aggregation"], string> = {
  sum: "Total",
  avg: "Average",
  max: "Highest",
  last: "Latest",
};

type Rule = Pick<Alert, "metric" | "aggregation" | "windowSeconds" | "threshold" | "forSeconds" | "minSamples">;

/**
 * Describes when an alert fires.
 * @returns a phrase such as "Average error rate above 1% over 5 min, from 20 samples"
 */
export function describeRule(rule: Rule): string {
  const { label, format } = metrics[rule.metric];
  const samples = rule.minSamples > 0 ? `, from ${whole(rule.minSamples)} samples` : "";
  const time = rule.forSeconds > 0 ? `, for ${wait(rule.forSeconds)}` : "";
  return `${aggregations[rule.aggregation]} ${label} above ${format(rule.threshold)} over ${wait(rule.windowSeconds)}${samples}${time}`;
}
