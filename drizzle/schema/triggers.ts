import { sql } from "drizzle-orm";
import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";
import type { PreviousSecret } from "./webhooks.ts";

/** Triggers, by which external systems start runs in a project. */
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
    /** Encrypted as a webhook's secret is: verifying a signature needs the plain secret. */
    sealedSecret: text("sealed_secret").notNull(),
    enabled: boolean("enabled").notNull().default(true),
    disabledReason: text("disabled_reason"),
    /** Replaced secrets whose overlap has not ended: signatures by them are accepted too. */
    previousSecrets: jsonb("previous_secrets").$type<PreviousSecret[]>().notNull().default([]),
    /** See the column of the same name in `webhook`. */
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

/** Inbound deliveries, each with the operation that starts its run: a repeated delivery is the same operation. */
export const triggerReceipt = pgTable(
  "trigger_receipt",
  {
    triggerId: text("trigger_id")
      .notNull()
      .references(() => trigger.id, { onDelete: "cascade" }),
    /** The sender's id of the delivery. */
    deliveryId: text("delivery_id").notNull(),
    opId: text("op_id").notNull(),
    /** Hex SHA-256 of the body, for senders that do not sign the delivery's id (GitHub). */
    bodySha256: text("body_sha256"),
    /** The most specific name of its event. */
    event: text("event"),
    /**
     * `ignored`: an event that starts no run; `queued`: its run waits for the owner's run limit; `refused`: its run
     * could not start, for the reason in `error`, and starts when the delivery is repeated. Null: it starts a run.
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
    // For the retention sweep.
    index("trigger_receipt_created_at").on(t.createdAt),
  ],
);
