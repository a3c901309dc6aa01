import { and, desc, eq, getTableColumns, gt, gte, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import {
  account,
  accountStorage,
  apiToken,
  audit,
  project,
  reservation,
  usage,
  user,
} from "../../drizzle/schema/index.ts";
import type { Scope, UsageGroup } from "../contract/index.ts";
import type { Database } from "../database/index.ts";

// Unexecuted statements of the accounts module.

export type NewTokenRow = typeof apiToken.$inferInsert;
export type TokenRow = typeof apiToken.$inferSelect;

/** The condition for tokens that are neither revoked nor expired. */
export const isActive = () =>
  and(isNull(apiToken.revokedAt), or(isNull(apiToken.expiresAt), gt(apiToken.expiresAt, sql`now()`)));

/**
 * A query that is sent with the lookup of a token to save a request: an SQL expression over the owner's id. It runs only
 * for a token with the scope.
 */
export type PiggybackQuery<T> = { scope: Scope; ask: (ownerId: SQL) => SQL<T> };

/** Selects an active token with its owner, and the result of `alongside`. */
export const selectTokenByHash = <T>(db: Database, sha256: string, alongside?: PiggybackQuery<T>) =>
  db
    .select({
      token: apiToken,
      plan: user.plan,
      emailVerified: user.emailVerified,
      suspendedAt: user.suspendedAt,
      deletionDueAt: user.deletionDueAt,
      alongside: alongside
        ? sql<T | null>`CASE WHEN ${alongside.scope} = ANY(${apiToken.scopes}) THEN ${alongside.ask(sql`${apiToken.userId}`)} END`
        : sql<null>`NULL`,
    })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(and(eq(apiToken.sha256, sha256), isActive()));

/** Selects an account's tokens that are not revoked, newest first. */
export const selectTokens = (db: Database, ownerId: string, before: string | null, limit: number) =>
  db
    .select()
    .from(apiToken)
    .where(
      and(
        eq(apiToken.userId, ownerId),
        isNull(apiToken.revokedAt),
        before === null ? undefined : lt(apiToken.id, before),
      ),
    )
    .orderBy(desc(apiToken.id))
    .limit(limit);

type Rotation = {
  ownerId: string;
  id: string;
  overlapSeconds: number;
  fresh: Pick<NewTokenRow, "id" | "sha256" | "prefix" | "last4">;
};

/**
 * Replaces a token with a new one of the same name, scopes and expiry; the old one stays valid for the overlap. Of
 * concurrent rotations only one finds the row; a retry with the same new token changes nothing and returns the same
 * row.
 */
export const rotateTokenRow = (db: Database, { ownerId, id, overlapSeconds, fresh }: Rotation) =>
  db.execute<{ id: string }>(sql`
    WITH old AS (
      SELECT * FROM ${apiToken} WHERE id = ${id} AND user_id = ${ownerId} AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > now()) AND successor_id IS NULL FOR UPDATE),
    replaced AS (
      UPDATE ${apiToken} t SET successor_id = ${fresh.id},
        expires_at = least(coalesce(t.expires_at, 'infinity'), now() + make_interval(secs => ${overlapSeconds}))
      FROM old WHERE t.id = old.id RETURNING t.id)
    INSERT INTO ${apiToken} (id, user_id, name, scopes, sha256, prefix, last4, expires_at)
    SELECT ${fresh.id}, old.user_id, old.name, old.scopes, ${fresh.sha256}, ${fresh.prefix}, ${fresh.last4}, old.expires_at
    FROM old JOIN replaced USING (id)
    RETURNING id`);

/** Selects a token of an account by its id, revoked or not. */
export const selectTokenById = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(apiToken)
    .where(and(eq(apiToken.userId, ownerId), eq(apiToken.id, id)));

/**
 * Inserts a token when the account has fewer than `max` active ones. The caller must lock the user's row first
 * (`lockUser`).
 */
export const insertTokenWithin = (db: Database, row: NewTokenRow, max: number) =>
  db.execute<{ id: string }>(sql`
    INSERT INTO ${apiToken} (id, user_id, name, scopes, sha256, prefix, last4, expires_at)
    SELECT ${row.id}, ${row.userId}, ${row.name}, ${sql.param(row.scopes)}::text[], ${row.sha256}, ${row.prefix},
      ${row.last4}, ${row.expiresAt?.toISOString() ?? null}::timestamptz
    WHERE (SELECT count(*) FROM ${apiToken} WHERE user_id = ${row.userId} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > now())) < ${max}
    ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING id`);

/** Updates a token's `lastUsedAt`, at most once a minute, so that a busy token does not cause a write per request. */
export const touchToken = (db: Database, id: string) =>
  db
    .update(apiToken)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(apiToken.id, id),
        or(isNull(apiToken.lastUsedAt), lt(apiToken.lastUsedAt, sql`now() - interval '1 minute'`)),
      ),
    );

/** Selects an account with its storage counters. */
export const selectUser = (db: Database, id: string) =>
  db
    .select({ ...getTableColumns(user), projects: accountStorage.projects, storedBytes: accountStorage.bytes })
    .from(user)
    .leftJoin(accountStorage, eq(accountStorage.ownerId, user.id))
    .where(eq(user.id, id));

/** Selects the identities of an account at a provider. */
export const selectSubjects = (db: Database, userId: string, providerId: string) =>
  db
    .select({ accountId: account.accountId })
    .from(account)
    .where(and(eq(account.userId, userId), eq(account.providerId, providerId)));

/** Marks an account's email address as verified. */
export const setEmailVerified = (db: Database, id: string) =>
  db.update(user).set({ emailVerified: true, updatedAt: sql`now()` }).where(eq(user.id, id));

/** Updates an account's row. */
export const updateUser = (
  db: Database,
  id: string,
  change: Partial<Pick<typeof user.$inferInsert, "name" | "dailyMicroUsd">>,
) =>
  db
    .update(user)
    .set({ ...change, updatedAt: sql`now()` })
    .where(eq(user.id, id))
    .returning();

/** A run whose charge is not settled yet. */
export type OpenRun = { id: string; projectId: string };

/** The maximum number of open runs whose usage is fetched; an account usually has a few. */
const maxOpenRuns = 200;

const today = sql`(now() at time zone 'utc')::date`;

/**
 * Selects the usage of the runs settled today and the list of open runs, in one statement, so that each run is in
 * exactly one of the two.
 */
export const selectUsageToday = (db: Database, ownerId: string) =>
  db
    .select({
      ...sums((column) => sql`coalesce(sum(${column}), 0)`),
      open: sql<OpenRun[]>`(SELECT coalesce(json_agg(json_build_object('id', id, 'projectId', project_id)), '[]') FROM (
        SELECT id, project_id FROM ${reservation} WHERE owner_id = ${ownerId} AND kind = 'run'
        ORDER BY created_at DESC LIMIT ${maxOpenRuns}) newest)`,
    })
    .from(usage)
    .where(and(eq(usage.ownerId, ownerId), eq(usage.day, today)));

type Report = { ownerId: string; from: string; to: string; groupBy: UsageGroup };

/** Selects usage by group. `total` is repeated in each row and covers all groups, whatever the limit. */
export function selectUsage(db: Database, { ownerId, from, to, groupBy }: Report, limit: number) {
  const key = { day: sql`${usage.day}`, project: usage.projectId, agent: usage.agent, model: usage.model }[groupBy];
  const name = sql<string | null>`(SELECT ${project.name} FROM ${project}
    WHERE ${project.id} = ${usage.projectId} AND ${project.ownerId} = ${ownerId})`;
  const tokens = sql`sum(${usage.inputTokens} + ${usage.outputTokens} + ${usage.cacheReadTokens} + ${usage.cacheWriteTokens})`;
  return db
    .select({
      key: sql<string>`${key}::text`,
      name: groupBy === "project" ? name : sql<null>`NULL`,
      sum: sums((column) => sql`sum(${column})`),
      total: sums((column) => sql`sum(sum(${column})) OVER ()`),
    })
    .from(usage)
    .where(and(eq(usage.ownerId, ownerId), gte(usage.day, from), lte(usage.day, to)))
    .groupBy(key)
    .orderBy(...(groupBy === "day" ? [] : [desc(sql`sum(${usage.microUsd})`), desc(tokens)]), key)
    .limit(limit);
}

const sums = (sumOf: (column: AnyPgColumn) => SQL) => ({
  inputTokens: sumOf(usage.inputTokens).mapWith(Number),
  outputTokens: sumOf(usage.outputTokens).mapWith(Number),
  cacheReadTokens: sumOf(usage.cacheReadTokens).mapWith(Number),
  cacheWriteTokens: sumOf(usage.cacheWriteTokens).mapWith(Number),
  microUsd: sumOf(usage.microUsd).mapWith(Number),
});

/** Inserts an audit record; a repetition with the same id does nothing. */
export const insertAudit = (db: Database, row: typeof audit.$inferInsert) =>
  db.insert(audit).values(row).onConflictDoNothing();

/** Selects an account's audit records, newest first. */
export const selectAudit = (db: Database, userId: string, before: string | null, limit: number) =>
  db
    .select()
    .from(audit)
    .where(and(eq(audit.userId, userId), before === null ? undefined : lt(audit.id, before)))
    .orderBy(desc(audit.id))
    .limit(limit);

type RefusedSignIn = { id: string; email: string; address: string | null; userAgent: string | null };

/** Inserts an audit record of a failed sign-in for the account with this email address, if there is one. */
export const insertRefusedSignIn = (db: Database, { id, email, address, userAgent }: RefusedSignIn) =>
  db.execute(sql`
    INSERT INTO ${audit} (id, user_id, actor_kind, actor_id, action, subject, address, user_agent)
    SELECT ${id}, u.id, 'user', u.id, 'session.refused', u.id, ${address}::text, ${userAgent}::text
    FROM ${user} u WHERE u.email = ${email}
    ON CONFLICT DO NOTHING`);

/** Selects the addresses of an account's recent sign-ins. */
export const selectSignInAddresses = (db: Database, email: string) =>
  db
    .selectDistinct({ address: audit.address })
    .from(audit)
    .innerJoin(user, eq(user.id, audit.userId))
    .where(
      and(
        eq(user.email, email),
        eq(audit.action, "session.created"),
        gt(audit.createdAt, sql`now() - interval '90 days'`),
      ),
    )
    .limit(200);
