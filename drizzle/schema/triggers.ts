import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";

/** What lets a system outside start runs in a project. */
export const trigger = pgTable(
  "trigger",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    projectId: text("project_id")
      .notNull()
      .references(() => project.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["standard", "github"] }).notNull(),
    prompt: text("prompt").notNull(),
    /** Null: the router chooses, by the prompt's own words. */
    agent: text("agent"),
    /** Empty: any event starts a run. */
    events: text("events").array().notNull(),
    /** As a webhook's: what is verified needs the secret back. */
    sealedSecret: text("sealed_secret").notNull(),
    enabled: boolean("enabled").notNull().default(true),
    disabledReason: text("disabled_reason"),
    createdAt: createdAt(),
    lastUsedAt: moment("last_used_at"),
  },
  (t) => [index("trigger_project_id").on(t.projectId, t.id)],
);

/** What came in, and the operation that starts its run: a delivery that comes again is the same operation. */
export const triggerReceipt = pgTable(
  "trigger_receipt",
  {
    triggerId: text("trigger_id")
      .notNull()
      .references(() => trigger.id, { onDelete: "cascade" }),
    /** What the sender calls the delivery. */
    deliveryId: text("delivery_id").notNull(),
    opId: text("op_id").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.triggerId, t.deliveryId] }),
    // What is too old to be kept is found by it.
    index("trigger_receipt_created_at").on(t.createdAt),
  ],
);
