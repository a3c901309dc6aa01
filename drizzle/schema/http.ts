import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/**
 * Responses stored for 24 hours under the caller's Idempotency-Key. `status` is null while the first request is
 * running.
 */
export const idempotency = pgTable(
  "idempotency",
  {
    userId: text("user_id").notNull(),
    key: text("key").notNull(),
    /** Hex SHA-256 of method, path and body. */
    fingerprint: text("fingerprint").notNull(),
    /** The attempt that holds the key's lease, which expires if the attempt crashes. */
    holder: text("holder").notNull(),
    heldUntil: moment("held_until").notNull(),
    status: integer("status"),
    headers: jsonb("headers"),
    body: text("body"),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.key] }), index("idempotency_created_at").on(t.createdAt)],
);

/** Tickets that open one stream each, valid for one use within a minute. */
export const streamTicket = pgTable(
  "stream_ticket",
  {
    /** Hex SHA-256 of the ticket; the ticket itself is not stored. */
    sha256: text("sha256").primaryKey(),
    /** The id of the run or the project whose stream the ticket opens. */
    resource: text("resource").notNull(),
    /** The credential that created the ticket, encrypted: it is verified again when the ticket is used. */
    sealedCredential: text("sealed_credential").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("stream_ticket_expires_at").on(t.expiresAt)],
);
