import { sql } from "drizzle-orm";
import { bigint, date, index, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/** Usage of an account's runs by day (UTC), project, agent and model. */
export const usage = pgTable(
  "usage",
  {
    ownerId: text("owner_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull().default(0),
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull().default(0),
    cacheReadTokens: bigint("cache_read_tokens", { mode: "number" }).notNull().default(0),
    cacheWriteTokens: bigint("cache_write_tokens", { mode: "number" }).notNull().default(0),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.day, t.projectId, t.agent, t.model] }), index("usage_day").on(t.day)],
);

/**
 * An account's money of a day (UTC), in micro-dollars: the cost of ended runs and the reservations of running ones. A
 * run starts only when both and its own reservation stay within the day's budget.
 */
export const spending = pgTable(
  "spending",
  {
    ownerId: text("owner_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    spent: bigint("spent", { mode: "number" }).notNull().default(0),
    reserved: bigint("reserved", { mode: "number" }).notNull().default(0),
    /** The highest share of the budget, in percent, that its webhooks were notified of. */
    notifiedPercent: smallint("notified_percent").notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.day] }), index("spending_day").on(t.day)],
);

/**
 * Money reserved for a run, or for a call of a model outside a run, until it is settled. It has no foreign key: the
 * cost is charged even when the run, its project or its owner is deleted.
 */
export const reservation = pgTable(
  "reservation",
  {
    /** The run's id, or one of its own. */
    id: text("id").primaryKey(),
    kind: text("kind", { enum: ["run", "call"] }).notNull(),
    ownerId: text("owner_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull(),
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    /** When the sweep settles the reservation; null while its run exists to do so. */
    dueAt: moment("due_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("reservation_owner_id").on(t.ownerId, t.createdAt),
    index("reservation_due_at").on(t.dueAt).where(sql`due_at IS NOT NULL`),
  ],
);

/** The money of a day (UTC) over all accounts, in micro-dollars: the sums of `spending`. */
export const platformSpending = pgTable("platform_spending", {
  day: date("day", { mode: "string" }).primaryKey(),
  spent: bigint("spent", { mode: "number" }).notNull().default(0),
  reserved: bigint("reserved", { mode: "number" }).notNull().default(0),
  /** The highest share of the ceiling (in percent) that the operators were alerted to. */
  alerted: smallint("alerted").notNull().default(0),
});
