import { sql } from "drizzle-orm";
import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";
import type { PreviousSecret } from "./webhooks.ts";

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
    /** Replaced secrets whose overlap has not ended: what is signed with one of them is taken too. */
    previousSecrets: jsonb("previous_secrets").$type<PreviousSecret[]>().notNull().default([]),
    /** As a webhook's. */
    sealKey: text("seal_key").notNull().default(""),
    createdAt: createdAt(),
    lastUsedAt: moment("last_used_at"),
  },
  (t) => [
    index("trigger_project_id").on(t.projectId, t.id),
    index("trigger_owner_id").on(t.ownerId),
    index("trigger_seal_key").on(t.sealKey),
  ],
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
    /** Hex SHA-256 of the body, where the sender does not sign the delivery's id (GitHub). */
    bodySha256: text("body_sha256"),
    /** The most exact name of its event. */
    event: text("event"),
    /**
     * `ignored`: an event that starts nothing; `queued`: its run waits for the owner's run limit; `refused`: its run could
     * not be started, for the reason in `error`, and starts when the delivery comes again. Null: it starts a run.
     */
    outcome: text("outcome", { enum: ["ignored", "queued", "refused"] }),
    error: text("error"),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("trigger_receipt_body").on(t.triggerId, t.bodySha256),
    index("trigger_receipt_op_id").on(t.triggerId, t.opId),
    index("trigger_receipt_queued").on(t.opId).where(sql`${t.outcome} = 'queued'`),
    primaryKey({ columns: [t.triggerId, t.deliveryId] }),
    // What is too old to be kept is found by it.
    index("trigger_receipt_created_at").on(t.createdAt),
  ],
);
