import { and, desc, eq, gt, lt, sql } from "drizzle-orm";
import { session } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

export type SessionRow = typeof session.$inferSelect;

const ofOwner = (ownerId: string) => and(eq(session.userId, ownerId), gt(session.expiresAt, sql`now()`));

/** Selects an account's active sessions, newest first. */
export const selectSessions = (db: Database, ownerId: string, before: string | null, limit: number) =>
  db
    .select()
    .from(session)
    .where(and(ofOwner(ownerId), before === null ? undefined : lt(session.id, before)))
    .orderBy(desc(session.id))
    .limit(limit);

/** Selects one active session of an account. */
export const selectSession = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(session)
    .where(and(ofOwner(ownerId), eq(session.id, id)));
