import { bigint, date, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";

/** What an account's runs used, by day (UTC), project, agent and model. */
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
  (t) => [primaryKey({ columns: [t.ownerId, t.day, t.projectId, t.agent, t.model] })],
);

/**
 * An account's money of a day (UTC), in micro-dollars: what ended runs have cost, and what those that go on may still.
 * A run starts only where both and its own reservation stay within the day's budget.
 */
export const spending = pgTable(
  "spending",
  {
    ownerId: text("owner_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    spent: bigint("spent", { mode: "number" }).notNull().default(0),
    reserved: bigint("reserved", { mode: "number" }).notNull().default(0),
    /** Of what share of the budget (in percent) its webhooks were told last. */
    told: smallint("told").notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.day] })],
);
