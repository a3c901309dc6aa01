import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";

/** A replaced secret, valid `until` a moment (ISO 8601). */
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
    /** The URL's host and port, the key of concurrency limits and circuit breakers. */
    host: text("host").generatedAlwaysAs(sql`lower(coalesce(substring(url from '^[^:]+://([^/?#]+)'), ''))`),
    events: text("events").array().notNull(),
    description: text("description").notNull().default(""),
    /**
     * AES-GCM under a key derived from AUTH_SECRET. Encrypted rather than hashed, since signing a delivery needs the
     * plain secret.
     */
    sealedSecret: text("sealed_secret").notNull(),
    /** Replaced secrets whose overlap has not ended: deliveries are signed with them too. */
    previousSecrets: jsonb("previous_secrets").$type<PreviousSecret[]>().notNull().default([]),
    /** Id of the encryption key of the row's oldest secret (`encryptionKeyId`); empty when unknown. */
    sealKey: text("seal_key").notNull().default(""),
    enabled: boolean("enabled").notNull().default(true),
    disabledReason: text("disabled_reason"),
    /** When the current streak of failed attempts began; null after a success. */
    failingSince: moment("failing_since"),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("webhook_owner_id").on(t.ownerId, t.id), index("webhook_seal_key").on(t.sealKey)],
);

/** The outbox: each event is written in the transaction that it reports. */
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
    /**
     * The lease of the current attempt: until then nobody else makes one, and it counts against its account's limit.
     */
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
 * Circuit breakers of unresponsive hosts, one per account and host; no row means closed. Until `openUntil` nothing is
 * sent; then one attempt at a time probes the host, and any response closes the circuit.
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
