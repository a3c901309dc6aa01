import { expect, it } from "vitest";
import { describeRule, formatMetric } from "../../frontend/src/admin/metric-labels.ts";

const rule = {
  metric: "error_rate",
  aggregation: "avg",
  windowSeconds: 300,
  threshold: 0.01,
  forSeconds: 0,
  cooldownSeconds: 900,
  severity: "page",
  minSamples: 20,
} as const;

it("An alert on a share says its threshold as percent, with the samples that it needs", () => {
  expect(describeRule(rule)).toBe("Average error rate above 1% over 5 min, from 20 samples");
});

it("An alert that must hold for some time says for how long", () => {
  const lag = {
    ...rule,
    metric: "deliveries_lag_seconds",
    aggregation: "max",
    threshold: 300,
    forSeconds: 300,
  } as const;
  expect(describeRule({ ...lag, minSamples: 0 })).toBe("Highest delivery lag above 5 min over 5 min, for 5 min");
});

it("An alert on the model's spend says its threshold in dollars", () => {
  const spend = { ...rule, metric: "model_micro_usd", aggregation: "sum", threshold: 100_000_000 } as const;
  expect(describeRule({ ...spend, windowSeconds: 86_400, minSamples: 0 })).toBe(
    "Total model spend above $100.00 over 24 h",
  );
});

it.each([
  ["held_bytes_share", 0.000_001_23, "0%"],
  ["backup_age_seconds", 93_600, "26 h"],
  ["database_max_ms", 1_000, "1.0 s"],
  ["failed_sign_ins", 1_234, "1,234"],
  ["a_metric_of_an_older_release", 12.345, "12.35"],
])("A value of %s is shown with its unit", (metric, value, text) => {
  expect(formatMetric(metric, value)).toBe(text);
});
