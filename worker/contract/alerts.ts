import { timestamp } from "./ids.ts";
import { metricName } from "./metrics.ts";
import { z } from "./route.ts";

const aggregation = z.enum(["sum", "avg", "max", "last"]).openapi({
  description:
    "`avg` is the metric over the whole window (of a count, its mean by minute); the others are of its values by minute.",
});
const severity = z.enum(["page", "ticket"]).openapi({ description: "Whether to act now, or the next working day." });

const daySeconds = 86_400;

const ruleFields = {
  metric: metricName,
  aggregation,
  windowSeconds: z.int().min(1).max(daySeconds).openapi({
    description: "Whole minutes, rounded up. 86,400 on `model_micro_usd` is the UTC day.",
  }),
  threshold: z.number().openapi({ description: "The rule holds while the value is greater." }),
  forSeconds: z
    .int()
    .min(0)
    .max(daySeconds)
    .openapi({ description: "How long the rule must hold before the alert fires." }),
  cooldownSeconds: z.int().min(0).max(daySeconds).openapi({
    description: "The minimum time between the end of an alert and the next one.",
  }),
  severity,
};
const minSamples = z.int().min(0).max(1_000_000).openapi({
  description: "A share is evaluated only over at least this many requests or runs.",
});
export const ruleName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

export const alert = z
  .object({
    name: ruleName,
    ...ruleFields,
    minSamples,
    state: z.enum(["ok", "firing"]),
    since: timestamp.openapi({ description: "When it entered this state." }),
    value: z.number().nullable().openapi({ description: "The value at the last evaluation." }),
    evaluatedAt: timestamp.nullable(),
  })
  .openapi("Alert");
export type Alert = z.infer<typeof alert>;

export const alertInput = z
  .strictObject({
    name: ruleName.optional().openapi({ description: "The same as in the path." }),
    ...ruleFields,
    minSamples: minSamples.optional(),
    value: z.number().nullable().optional().openapi({ description: "Ignored: the evaluation sets it." }),
    evaluatedAt: timestamp.nullable().optional().openapi({ description: "Ignored, like `value`." }),
  })
  .openapi("AlertInput");
export type AlertInput = z.infer<typeof alertInput>;

/** The data of the events `alert.fired` and `alert.resolved`. */
export const alertEventData = z.object({
  name: z.string(),
  metric: z.string(),
  aggregation: z.string(),
  windowSeconds: z.int(),
  threshold: z.number(),
  severity: z.string(),
  value: z.number().nullable(),
  at: timestamp,
  slowQueries: z
    .array(z.object({ name: z.string(), ms: z.int() }))
    .optional()
    .openapi({ description: "The statements behind a slow database, by name." }),
});
export type AlertEventData = z.infer<typeof alertEventData>;

export const alertEvent = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(["fired", "resolved"]),
    at: timestamp,
    data: alertEventData,
  })
  .openapi("AlertEvent");
export type AlertEvent = z.infer<typeof alertEvent>;
