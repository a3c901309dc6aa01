import { eq, sql } from "drizzle-orm";
import { streamTicket } from "../../../drizzle/schema/index.ts";
import type { Database } from "../../database/index.ts";

// Unexecuted statements for stream tickets.

export type TicketRow = typeof streamTicket.$inferSelect;

/**
 * The maximum number of expired tickets that each new ticket deletes, so that the table contains little more than the
 * tickets of the last minute.
 */
const expiredAtOnce = 100;

/** Inserts a ticket, and deletes some expired ones. */
export const insertTicket = (database: Database, { sha256, resource, sealedCredential, expiresAt }: TicketRow) =>
  database.execute(sql`
    WITH expired AS (
      DELETE FROM ${streamTicket} WHERE sha256 IN (
        SELECT sha256 FROM ${streamTicket} WHERE expires_at < now()
        ORDER BY expires_at LIMIT ${expiredAtOnce} FOR UPDATE SKIP LOCKED)
    )
    INSERT INTO ${streamTicket} (sha256, resource, sealed_credential, expires_at)
    VALUES (${sha256}, ${resource}, ${sealedCredential}, ${expiresAt.toISOString()}::timestamptz)`);

/** Deletes and returns a ticket: of concurrent requests with the same ticket only one gets the row. */
export const consumeTicket = (database: Database, sha256: string) =>
  database.delete(streamTicket).where(eq(streamTicket.sha256, sha256)).returning();
