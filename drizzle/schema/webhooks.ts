import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";

/** A secret that was replaced and is good until then. */
export type PreviousSecret = { sealed: string; until: string };

export const webhook = pgTable(
  "webhook",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    projectId: text("project_id"),
    url: text("url").notNull(),
    /** The URL's host and port: what concurrency limits and circuit breakers count by. */
    host: text("host").generatedAlwaysAs(sql`lower(coalesce(substring(url from '^[^:]+://([^/?#]+)'), ''))`),
    events: text("events").array().notNull(),
    description: text("description").notNull().default(""),
    /** AES-GCM under a key derived from AUTH_SECRET; a delivery needs it back, so a hash would not do. */
    sealedSecret: text("sealed_secret").notNull(),
    /** Replaced secrets whose overlap has not ended: deliveries are signed with them too. */
    previousSecrets: jsonb("previous_secrets").$type<PreviousSecret[]>().notNull().default([]),
    /** Which encryption key the oldest of the row's sealed secrets is sealed with (`encryptionKeyId`); empty where that is unknown. */
    sealKey: text("seal_key").notNull().default(""),
    enabled: boolean("enabled").notNull().default(true),
    disabledReason: text("disabled_reason"),
    /** When the first of an unbroken run of failed attempts was; null after a success. */
    failingSince: moment("failing_since"),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("webhook_owner_id").on(t.ownerId, t.id), index("webhook_seal_key").on(t.sealKey)],
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
    /** Set while an attempt is under way: until then nobody else makes one, and it counts against its account's limit. */
    leasedUntil: moment("leased_until"),
    /** A test is sent to a disabled webhook too. */
    isTest: boolean("is_test").notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    index("delivery_webhook_id").on(t.webhookId, t.id),
    index("delivery_due").on(t.webhookId, t.nextAttemptAt, t.id).where(sql`${t.status} = 'pending'`),
    index("delivery_due_test").on(t.webhookId, t.nextAttemptAt).where(sql`${t.status} = 'pending' AND ${t.isTest}`),
    index("delivery_leased").on(t.leasedUntil).where(sql`${t.leasedUntil} IS NOT NULL`),
    index("delivery_event_id").on(t.eventId),
    index("delivery_created_at").on(t.createdAt),
  ],
);

/**
 * Circuit breakers of hosts that did not answer lately, one for each account: no row, closed. Until `openUntil` nothing is
 * sent; afterwards one attempt at a time probes the host, and an answer closes the circuit.
 */
export const webhookCircuit = pgTable(
  "webhook_circuit",
  {
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    host: text("host").notNull(),
    failures: integer("failures").notNull(),
    openUntil: moment("open_until").notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.host] }), index("webhook_circuit_open_until").on(t.openUntil)],
);
