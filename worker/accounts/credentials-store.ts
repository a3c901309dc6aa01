import { and, eq, gt, isNull, lte, type SQL, sql } from "drizzle-orm";
import { apiToken, session, user } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";
import { isActive } from "./store.ts";

/** Selects the ids of an account's tokens that are neither revoked nor expired; none for a suspended account. */
export const selectActiveTokens = (db: Database, ownerId: string) =>
  db
    .select({ id: apiToken.id })
    .from(apiToken)
    .where(and(eq(apiToken.userId, ownerId), isActive(), isNotSuspended(ownerId)));

/** Selects the ids of an account's sessions that have not expired; none for a suspended account. */
export const selectActiveSessions = (db: Database, ownerId: string) =>
  db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.userId, ownerId), gt(session.expiresAt, sql`now()`), isNotSuspended(ownerId)));

const isNotSuspended = (ownerId: string): SQL =>
  sql`NOT EXISTS (SELECT 1 FROM ${user} WHERE ${user.id} = ${ownerId} AND ${user.suspendedAt} IS NOT NULL)`;

/** Selects accounts with a token that expired within the last seconds, as a rotated token with an overlap does. */
export const selectOwnersOfExpired = (db: Database, seconds: number) =>
  db
    .selectDistinct({ ownerId: apiToken.userId })
    .from(apiToken)
    .where(
      and(
        isNull(apiToken.revokedAt),
        lte(apiToken.expiresAt, sql`now()`),
        gt(apiToken.expiresAt, sql`now() - make_interval(secs => ${seconds})`),
      ),
    );
