import { and, desc, eq, gt, gte, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { apiToken, audit, operation, project, session, subscription, usage, user } from "../../drizzle/schema/index.ts";
import type { PlanName } from "../config/index.ts";
import type { Scope, UsageGroup } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

// Unexecuted statements of the accounts room.

export type NewTokenRow = typeof apiToken.$inferInsert;
export type TokenRow = typeof apiToken.$inferSelect;

export const insertToken = (db: Database, row: NewTokenRow) => db.insert(apiToken).values(row).returning();

const alive = () => and(isNull(apiToken.revokedAt), or(isNull(apiToken.expiresAt), gt(apiToken.expiresAt, sql`now()`)));

/**
 * What is asked along with the look-up of a token, so that it costs no request of its own: an expression, which gets whose
 * token it is as one. It is asked only of a token that has the scope.
 */
export type Alongside<T> = { scope: Scope; ask: (ownerId: SQL) => SQL<T> };

export const selectTokenByHash = <T>(db: Database, sha256: string, alongside?: Alongside<T>) =>
  db
    .select({
      token: apiToken,
      plan: user.plan,
      alongside: alongside
        ? sql<T | null>`CASE WHEN ${alongside.scope} = ANY(${apiToken.scopes}) THEN ${alongside.ask(sql`${apiToken.userId}`)} END`
        : sql<null>`NULL`,
    })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(and(eq(apiToken.sha256, sha256), alive()));

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

export const selectAliveTokens = (db: Database, ownerId: string) =>
  db
    .select({ id: apiToken.id })
    .from(apiToken)
    .where(and(eq(apiToken.userId, ownerId), alive()));

export const selectAliveSessions = (db: Database, ownerId: string) =>
  db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.userId, ownerId), gt(session.expiresAt, sql`now()`)));

/** Accounts with a token that expired within the last seconds, as one does whose rotation has an overlap. */
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

export const selectToken = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(apiToken)
    .where(and(eq(apiToken.userId, ownerId), eq(apiToken.id, id), alive()));

export const revokeTokenRow = (db: Database, ownerId: string, id: string) =>
  db
    .update(apiToken)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiToken.userId, ownerId), eq(apiToken.id, id), isNull(apiToken.revokedAt)))
    .returning({ id: apiToken.id });

export const expireTokenRow = (db: Database, ownerId: string, id: string, seconds: number) =>
  db
    .update(apiToken)
    .set({
      expiresAt: sql`least(coalesce(${apiToken.expiresAt}, 'infinity'), now() + make_interval(secs => ${seconds}))`,
    })
    .where(and(eq(apiToken.userId, ownerId), eq(apiToken.id, id), alive()));

/** Noted at most once a minute, so that a busy token does not write at every request. */
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

export const selectUser = (db: Database, id: string) => db.select().from(user).where(eq(user.id, id));

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

/** Keeps others from setting the same account's plan until the transaction is over. */
export const lockUser = (db: Database, id: string) =>
  db.select({ id: user.id }).from(user).where(eq(user.id, id)).for("no key update");

/** What is known of a subscription, where nothing newer is; of an account that is not there, nothing. */
export const upsertSubscription = (db: Database, { id, userId, plan, asOf }: typeof subscription.$inferInsert) =>
  db
    .insert(subscription)
    .select(
      sql`SELECT ${id}, ${user.id}, ${plan}::text, ${asOf.toISOString()}::timestamptz FROM ${user} WHERE ${user.id} = ${userId}`,
    )
    .onConflictDoUpdate({
      target: subscription.id,
      set: { plan: sql`excluded.plan`, asOf: sql`excluded.as_of` },
      setWhere: sql`${subscription.userId} = excluded.user_id AND ${subscription.asOf} <= excluded.as_of`,
    });

type Paid = { userId: string; subscriptionId: string; asOf: Date; defaultPlan: PlanName; opId: string };

/**
 * Gives an account the best plan of its subscriptions, or else the default, where the subscription stands as it was just
 * told. The operation's result says which; where something newer was known, it stays null.
 */
export const setPaidPlan = (db: Database, { userId, subscriptionId, asOf, defaultPlan, opId }: Paid): Statement =>
  db.execute(sql`
    WITH set_plan AS (
      UPDATE ${user} SET updated_at = now(), plan = coalesce(
        (SELECT s.plan FROM ${subscription} s WHERE s.user_id = ${userId} AND s.plan IS NOT NULL
          ORDER BY array_position(ARRAY['free', 'pro', 'enterprise'], s.plan) DESC LIMIT 1), ${defaultPlan})
      WHERE id = ${userId} AND EXISTS (SELECT FROM ${subscription} s
        WHERE s.id = ${subscriptionId} AND s.user_id = ${userId} AND s.as_of = ${asOf.toISOString()}::timestamptz)
      RETURNING plan
    )
    UPDATE ${operation} SET result = jsonb_build_object('plan', set_plan.plan) FROM set_plan WHERE op_id = ${opId}
    RETURNING result`);

export const selectUsageToday = (db: Database, ownerId: string) =>
  db
    .select({
      microUsd: sql<string>`coalesce(sum(${usage.microUsd}), 0)`.mapWith(Number),
      inputTokens: sql<string>`coalesce(sum(${usage.inputTokens}), 0)`.mapWith(Number),
      outputTokens: sql<string>`coalesce(sum(${usage.outputTokens}), 0)`.mapWith(Number),
    })
    .from(usage)
    .where(and(eq(usage.ownerId, ownerId), eq(usage.day, sql`(now() at time zone 'utc')::date`)));

type Report = { ownerId: string; from: string; to: string; groupBy: UsageGroup };

/** What was used, by group; `total` stands in each row, and is of all groups whatever the limit. */
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

export const insertAudit = (db: Database, row: typeof audit.$inferInsert) =>
  db.insert(audit).values(row).onConflictDoNothing();

export const selectAudit = (db: Database, userId: string, before: string | null, limit: number) =>
  db
    .select()
    .from(audit)
    .where(and(eq(audit.userId, userId), before === null ? undefined : lt(audit.id, before)))
    .orderBy(desc(audit.id))
    .limit(limit);
