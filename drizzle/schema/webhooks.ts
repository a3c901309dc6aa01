import { boolean, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";

export const webhook = pgTable(
  "webhook",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    projectId: text("project_id"),
    url: text("url").notNull(),
    events: text("events").array().notNull(),
    description: text("description").notNull().default(""),
    /** AES-GCM under a key derived from AUTH_SECRET; a delivery needs it back, so a hash would not do. */
    sealedSecret: text("sealed_secret").notNull(),
    /** The secret of before the last rotation, which signs too until then. */
    previousSealedSecret: text("previous_sealed_secret"),
    previousUntil: moment("previous_until"),
    enabled: boolean("enabled").notNull().default(true),
    disabledReason: text("disabled_reason"),
    /** When the first of an unbroken run of failed attempts was; null after a success. */
    failingSince: moment("failing_since"),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("webhook_owner_id").on(t.ownerId, t.id)],
);

/** The outbox: written in the same transaction as what it tells of. */
export const event = pgTable(
  "event",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id").notNull(),
    projectId: text("project_id"),
    type: text("type").notNull(),
    data: jsonb("data").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("event_owner_id").on(t.ownerId, t.id), index("event_created_at").on(t.createdAt)],
);

export const delivery = pgTable(
  "delivery",
  {
    id: text("id").primaryKey(),
    eventId: text("event_id")
      .notNull()
      .references(() => event.id, { onDelete: "cascade" }),
    webhookId: text("webhook_id")
      .notNull()
      .references(() => webhook.id, { onDelete: "cascade" }),
    status: text("status", { enum: ["pending", "succeeded", "failed"] })
      .notNull()
      .default("pending"),
    attempts: integer("attempts").notNull().default(0),
    responseStatus: integer("response_status"),
    error: text("error"),
    nextAttemptAt: moment("next_attempt_at"),
    lastAttemptAt: moment("last_attempt_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("delivery_webhook_id").on(t.webhookId, t.id),
    index("delivery_due").on(t.status, t.nextAttemptAt),
    index("delivery_event_id").on(t.eventId),
    index("delivery_created_at").on(t.createdAt),
  ],
);
