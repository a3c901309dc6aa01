import { and, eq, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { reservation, run, triggerReceipt } from "../../drizzle/schema/index.ts";
import { type CachedCaller, callerClaims } from "../accounts/index.ts";
import type { RunFilter, RunOutcome, Usage } from "../contract/index.ts";
import { beyondKey, createdWithin, type Database, inOrder } from "../database/index.ts";
import type { RunEnding, RunRecord } from "./executor/run-table.ts";
import type { PersistedStep } from "./executor/stored-conversation.ts";
import { type ProjectSnapshot, snapshotLimits } from "./start/project-snapshot.ts";
import type { RunSpec } from "./start/run-spec.ts";

// Unexecuted statements of the runs module.

export type RunRow = typeof run.$inferSelect;

/** The argument of the SQL function `insert_run`. */
export type NewRun = {
  opId: string;
  start: RunSpec;
  scripted: boolean;
  dailyMicroUsd: number;
  platformMicroUsd: number;
  maxStoredBytes: number;
};

/**
 * Inserts a run before it is dispatched and reserves its money, in one statement that is its own transaction. The
 * statement fails with `budget_exceeded` or `platform_budget_exceeded` when the day's budget is insufficient.
 */
export const insertRun = (db: Database, newRun: NewRun) =>
  db.execute<{ result: unknown }>(sql`SELECT insert_run(${JSON.stringify(newRun)}::jsonb) AS result`);

/**
 * Inserts a run that was planned from an isolate's cache. The statement fails with `precondition_failed` when a cached
 * assumption does not hold or the day's budget is spent, and with `idempotency_key_reused` when the key was used. Its
 * result is the project's snapshot.
 */
export const insertRunOptimistic = (db: Database, newRun: NewRun, { caller, mark, key }: CachedAssumptions) => {
  const meta = JSON.stringify({ ...newRun, ...callerClaims(caller), mark, ...(key && { key }) });
  return db.execute<{ result: ProjectSnapshot }>(
    sql`SELECT insert_run_optimistic(${meta}::jsonb, ${snapshotLimits}) AS result`,
  );
};

/**
 * The assumptions of an optimistic start: the cached caller, the snapshot's `mark`, and that the idempotency key is
 * unused.
 */
export type CachedAssumptions = { caller: CachedCaller; mark: string; key?: ClaimedKey | undefined };

/** A row of `idempotency`: a key that a start claims, with the response to replay for it. */
export type ClaimedKey = {
  userId: string;
  key: string;
  fingerprint: string;
  holder: string;
  status: number;
  headers: Record<string, string>;
  /** Encrypted. */
  body: string;
};

/** Selects a run of an account. */
export const selectRun = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(run)
    .where(and(eq(run.id, id), eq(run.ownerId, ownerId)));

type RunsQuery = { projectId: string; after: string | null; limit: number; filter: RunFilter };

/**
 * Selects runs by a filter. A filter by status also matches every active run, because only its Session knows its current
 * status.
 */
export const selectRuns = (db: Database, { projectId, after, limit, filter }: RunsQuery) =>
  db
    .select()
    .from(run)
    .where(
      and(
        eq(run.projectId, projectId),
        beyondKey(run.id, after, filter.order),
        filter.status === undefined ? undefined : or(eq(run.status, filter.status), isNull(run.endedAt)),
        filter.agent === undefined ? undefined : eq(run.agent, filter.agent),
        filter.undone === undefined ? undefined : (filter.undone === "true" ? isNotNull : isNull)(run.undoneBy),
        ...createdWithin(run.createdAt, filter),
      ),
    )
    .orderBy(inOrder(run.id, filter.order))
    .limit(limit);

/** A range of runs that have not ended: created between two moments, after the last run of the previous page. */
export type Unended = { since: Date | null; until: Date; after: Pick<RunRow, "id" | "createdAt"> | null };

/** Selects runs that have not ended, oldest first. */
export const selectUnended = (db: Database, { since, until, after }: Unended, limit: number) =>
  db
    .select()
    .from(run)
    .where(
      and(
        sql`${run.status} IN ('queued', 'running', 'waiting')`,
        lt(run.createdAt, until),
        // The run of a delivery that waits for its owner's run limit is not lost: http/cron/start-queued-runs.ts starts
        // it.
        sql`NOT EXISTS (SELECT FROM ${triggerReceipt}
          WHERE ${triggerReceipt.opId} = 'op_' || substr(${run.id}, 5) AND ${triggerReceipt.outcome} = 'queued')`,
        since === null ? undefined : gte(run.createdAt, since),
        after === null
          ? undefined
          : sql`(${run.createdAt}, ${run.id}) > (${after.createdAt.toISOString()}, ${after.id})`,
      ),
    )
    .orderBy(run.createdAt, run.id)
    .limit(limit);

type Ended = { lastSeq: number; model: string; outcome: RunOutcome; steps: PersistedStep[] };

/** Writes the end of a run into its row. */
export const endRunRow = (db: Database, { id, startedAt }: RunRecord, ending: RunEnding, ended: Ended) =>
  db
    .update(run)
    .set({
      ...usageColumns(ending.usage),
      status: ending.status,
      error: ending.error ?? null,
      ...ended,
      startedAt: startedAt === null ? null : new Date(startedAt),
      endedAt: new Date(ending.endedAt),
    })
    .where(eq(run.id, id));

const usageColumns = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microUsd }: Usage) => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  microUsd,
});

/**
 * Leases due reservations for a minute: those of deleted runs and of interrupted calls, which nothing else settles.
 */
export const claimDue = (db: Database, limit: number) =>
  db
    .update(reservation)
    .set({ dueAt: sql`now() + interval '1 minute'` })
    .where(
      inArray(
        reservation.id,
        db
          .select({ id: reservation.id })
          .from(reservation)
          .where(lte(reservation.dueAt, sql`now()`))
          .orderBy(reservation.dueAt)
          .limit(limit)
          .for("update", { skipLocked: true }),
      ),
    )
    .returning();
