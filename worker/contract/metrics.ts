import { moment, timestamp } from "./ids.ts";
import { z } from "./route.ts";

export const metricNames = [
  "requests",
  "errors",
  "error_rate",
  "latency_p50_ms",
  "latency_p95_ms",
  "database_max_ms",
  "database_calls",
  "model_micro_usd",
  "model_calls",
  "runs",
  "failed_runs",
  "failed_runs_share",
  "queued_runs",
  "deliveries_lag_seconds",
  "open_streams",
  "held_bytes_share",
  "failed_sign_ins",
  "limiter_degraded",
  "spend_differences",
  "backup_age_seconds",
] as const;
export const metricName = z.enum(metricNames).openapi("MetricName");
export type MetricName = z.infer<typeof metricName>;

/** The maximum number of points that one request returns. */
export const maxPoints = 2_000;
export const maxStepSeconds = 86_400;

export const metricQuery = z.object({
  metric: metricName,
  from: moment.optional().openapi({ description: "The beginning; an hour before `to` by default." }),
  to: moment.optional().openapi({ description: "The end; now by default." }),
  step: z.coerce.number().int().min(1).max(maxStepSeconds).default(60).openapi({
    description: "Seconds from point to point, rounded up to whole minutes.",
  }),
});
export type MetricQuery = z.infer<typeof metricQuery>;

export const metricPoints = z
  .object({
    metric: metricName,
    from: timestamp,
    to: timestamp,
    step: z.int(),
    points: z.array(z.object({ at: timestamp, value: z.number() })).openapi({
      description:
        "One point per step, at its start. A count is 0 when nothing happened; without a measurement there is no point.",
    }),
  })
  .openapi("MetricPoints");
export type MetricPoints = z.infer<typeof metricPoints>;

const latencies = { latencyP50Ms: z.number().nullable(), latencyP95Ms: z.number().nullable() };

export const routeTraffic = z
  .object({
    route: z.string().openapi({ example: "GET /v1/projects/{id}" }),
    requests: z.int(),
    clientErrors: z.int(),
    serverErrors: z.int(),
    ...latencies,
    databaseMs: z.number(),
    databaseCalls: z.int(),
  })
  .openapi("RouteTraffic");
export type RouteTraffic = z.infer<typeof routeTraffic>;

export const overview = z
  .object({
    at: timestamp,
    version: z.string(),
    lastHour: z.object({
      requests: z.int(),
      errors: z.int(),
      errorRate: z.number().nullable(),
      ...latencies,
      databaseMaxMs: z.number().nullable(),
      heldBytesShare: z.number().nullable(),
      modelMicroUsd: z.int(),
      runs: z.int(),
      failedRuns: z.int(),
    }),
    today: z.object({ spentMicroUsd: z.int(), reservedMicroUsd: z.int(), ceilingMicroUsd: z.int() }),
    runs: z.object({ queued: z.int(), running: z.int(), waiting: z.int() }),
    deliveries: z.object({ due: z.int(), lagSeconds: z.number() }),
    accounts: z.object({ total: z.int(), suspended: z.int() }),
    projects: z.object({ total: z.int(), published: z.int() }),
    firing: z.array(z.string()).openapi({ description: "The names of the alerts that are firing." }),
    routes: z.array(routeTraffic).openapi({ description: "The last hour's routes, the busiest first; at most 100." }),
    recentErrors: z.array(
      z.object({
        at: timestamp,
        requestId: z.string(),
        route: z.string(),
        status: z.int(),
        code: z.string().nullable(),
      }),
    ),
    slowQueries: z.array(z.object({ name: z.string(), ms: z.int() })),
  })
  .openapi("AdminOverview");
export type Overview = z.infer<typeof overview>;
