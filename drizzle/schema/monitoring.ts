import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/** The counts of an isolate in a minute. An isolate replaces its own row, by a `version` that only increases. */
export const metricMinute = pgTable(
  "metric_minute",
  {
    minute: moment("minute").notNull(),
    isolate: text("isolate").notNull(),
    version: bigint("version", { mode: "number" }).notNull(),
    requests: integer("requests").notNull(),
    /** Responses with a 5xx. */
    errors: integer("errors").notNull(),
    /** Requests by bucket of their duration (`worker/contract/histogram.ts`). */
    latency: jsonb("latency").notNull(),
    databaseMs: doublePrecision("database_ms").notNull(),
    databaseCalls: integer("database_calls").notNull(),
    databaseMaxMs: doublePrecision("database_max_ms").notNull(),
    heldBytes: bigint("held_bytes", { mode: "number" }).notNull(),
    openStreams: integer("open_streams").notNull(),
    counters: jsonb("counters").notNull(),
    routes: jsonb("routes").notNull(),
    faults: jsonb("faults").notNull(),
    slowQueries: jsonb("slow_queries").notNull(),
  },
  (t) => [primaryKey({ columns: [t.minute, t.isolate] })],
);

/** The traces that isolates kept: the spans of a request, a run, a drain of deliveries or a cron. */
export const trace = pgTable(
  "trace",
  {
    requestId: text("request_id").notNull(),
    /** The first span's id. */
    spanId: text("span_id").notNull(),
    traceId: text("trace_id").notNull(),
    at: moment("at").notNull(),
    /** How many spans were left out beyond the limit. */
    dropped: integer("dropped").notNull(),
    /** Packed spans (`worker/metrics/packed-trace.ts`). */
    spans: jsonb("spans").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.requestId, t.spanId] }),
    index("trace_trace_id").on(t.traceId),
    index("trace_at").on(t.at),
  ],
);

/** Backups that `npm run backup` has finished. */
export const backup = pgTable("backup", {
  /** The moment of the backup's snapshot. */
  at: moment("at").primaryKey(),
  rows: bigint("rows", { mode: "number" }).notNull(),
});

/**
 * The ledger of charges: one row for each settled reservation, written by `settle_reservation`. It proves that usage,
 * runs and the platform's sum agree, and dates each expense.
 */
export const charge = pgTable(
  "charge",
  {
    /** The reservation's id: a run's, or that of a call outside a run. */
    id: text("id").primaryKey(),
    kind: text("kind", { enum: ["run", "call", "opening"] }).notNull(),
    ownerId: text("owner_id").notNull(),
    /** The day (UTC) whose budget paid; null for an opening balance of usage. */
    day: date("day", { mode: "string" }),
    /** The day (UTC) of the usage report; null for an opening balance of a budget. */
    usageDay: date("usage_day", { mode: "string" }),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index("charge_created_at").on(t.createdAt),
    index("charge_day").on(t.day),
    index("charge_usage_day").on(t.usageDay),
  ],
);

/** Alert rules with their state. The migration inserts the default rules once: a deleted one stays deleted. */
export const alertRule = pgTable("alert_rule", {
  name: text("name").primaryKey(),
  metric: text("metric").notNull(),
  aggregation: text("aggregation", { enum: ["sum", "avg", "max", "last"] }).notNull(),
  /** The window of a rule; 86,400 on money is the UTC day. */
  windowSeconds: integer("window_seconds").notNull(),
  /** The rule holds while the value is greater. */
  threshold: doublePrecision("threshold").notNull(),
  /** How long the rule must hold before the alert fires. */
  forSeconds: integer("for_seconds").notNull(),
  /** The minimum time between the end of an alert and the next one. */
  cooldownSeconds: integer("cooldown_seconds").notNull(),
  severity: text("severity", { enum: ["page", "ticket"] }).notNull(),
  /** A share is evaluated only over at least this many requests or runs. */
  minSamples: integer("min_samples").notNull().default(0),
  state: text("state", { enum: ["ok", "firing"] })
    .notNull()
    .default("ok"),
  since: moment("since").notNull().defaultNow(),
  /** Since when the rule has held without having fired; null while it does not hold. */
  pendingSince: moment("pending_since"),
  resolvedAt: moment("resolved_at"),
  value: doublePrecision("value"),
  /** Until when the rule was evaluated. */
  evaluatedAt: moment("evaluated_at"),
  /** Incremented with every change of the state, so that of two evaluations one alone makes it. */
  transitions: integer("transitions").notNull().default(0),
});

/** The history of alerts: one row when an alert fires, one when it is resolved. */
export const alertEvent = pgTable(
  "alert_event",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    kind: text("kind", { enum: ["fired", "resolved"] }).notNull(),
    /** The data of the webhook event. */
    data: jsonb("data").notNull(),
    at: moment("at").notNull(),
    /** Whether Sentry and mail were notified; the next evaluation notifies them otherwise. */
    isNotified: boolean("is_notified").notNull().default(false),
    /** Until when one evaluation has the right to notify them. */
    leasedUntil: moment("leased_until"),
  },
  (t) => [index("alert_event_at").on(t.at), index("alert_event_pending").on(t.at).where(sql`NOT ${t.isNotified}`)],
);
