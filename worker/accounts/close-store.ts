import { and, eq, gt, inArray, isNotNull, lte, or, sql } from "drizzle-orm";
import { project, run, stagedPublication, user } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

const owner = { ownerId: user.id, plan: user.plan, name: user.name, email: user.email };

/** Served by the index `user_closed`. */
const isClosed = or(isNotNull(user.suspendedAt), isNotNull(user.deletionDueAt));

/** Selects open runs of accounts that are suspended or about to be deleted. */
export const selectRunsOfClosed = (db: Database, limit: number) =>
  db
    .select({ id: run.id, ...owner })
    .from(user)
    .innerJoin(run, and(eq(run.ownerId, user.id), inArray(run.status, ["queued", "running", "waiting"])))
    .where(isClosed)
    .limit(limit);

/** Selects published apps of accounts that are suspended or about to be deleted. */
export const selectPublishedOfClosed = (db: Database, limit: number) =>
  db
    .select({ id: project.id, ...owner })
    .from(user)
    .innerJoin(project, and(eq(project.ownerId, user.id), eq(project.visibility, "public")))
    .where(isClosed)
    .limit(limit);

/** Selects projects with a staged app of accounts that are suspended or about to be deleted. */
export const selectStagedOfClosed = (db: Database, limit: number) =>
  db
    .select({ id: project.id, ...owner })
    .from(user)
    .innerJoin(project, eq(project.ownerId, user.id))
    .innerJoin(stagedPublication, eq(stagedPublication.projectId, project.id))
    .where(and(isClosed, isNotNull(stagedPublication.revision)))
    .limit(limit);

/** Selects accounts whose grace period is over, the longest overdue first. */
export const selectClosedAccounts = (db: Database, limit: number) =>
  db
    .select(owner)
    .from(user)
    .where(and(isClosed, lte(user.deletionDueAt, sql`now()`)))
    .orderBy(user.deletionDueAt)
    .limit(limit);

/** Selects accounts that were suspended within the last three minutes, which are three sweeps. */
export const selectSuspendedLately = (db: Database, limit: number) =>
  db
    .select({ ownerId: user.id })
    .from(user)
    .where(and(isClosed, gt(user.suspendedAt, sql`now() - interval '3 minutes'`)))
    .limit(limit);

/** Deletes an account without projects with the SQL function `erase_account`, which returns whether it did. */
export const eraseAccountRow = (db: Database, id: string) =>
  db.execute<{ gone: boolean }>(sql`SELECT erase_account(${id}) AS gone`);

/**
 * @param operation JSON as the SQL function `set_suspension` takes it; the audit record with its id makes it idempotent
 */
export const setSuspensionRow = (db: Database, operation: string) =>
  db.execute<{ id: string | null }>(sql`SELECT set_suspension(${operation}::jsonb) AS id`);
