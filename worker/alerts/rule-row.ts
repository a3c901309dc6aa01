import type { Alert, MetricName } from "../contract/index.ts";
import type { Rule, RuleState } from "./evaluate.ts";
import type { RuleRow } from "./store.ts";

/** @returns the rule of a row, without its state */
export const ruleOf = (row: RuleRow): Rule => ({
  name: row.name,
  // The contract's schema checked the name before it was stored.
  metric: row.metric as MetricName,
  aggregation: row.aggregation,
  windowSeconds: row.windowSeconds,
  threshold: row.threshold,
  forSeconds: row.forSeconds,
  cooldownSeconds: row.cooldownSeconds,
  severity: row.severity,
  minSamples: row.minSamples,
});

/** Returns the state of a rule at its last evaluation. Times are milliseconds since the epoch. */
export const stateOf = (row: RuleRow): RuleState => ({
  state: row.state,
  since: row.since.getTime(),
  pendingSince: row.pendingSince?.getTime() ?? null,
  resolvedAt: row.resolvedAt?.getTime() ?? null,
  value: row.value,
  evaluatedAt: row.evaluatedAt?.getTime() ?? null,
});

/** @returns the API's representation of a rule with its state */
export const toAlert = (row: RuleRow): Alert => ({
  ...ruleOf(row),
  state: row.state,
  since: row.since.toISOString(),
  value: row.value,
  evaluatedAt: row.evaluatedAt?.toISOString() ?? null,
});
