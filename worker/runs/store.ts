import { and, eq, gte, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
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

/** What `insert_run` takes. */
export type NewRun = {
  opId: string;
  start: RunSpec;
  scripted: boolean;
  dailyMicroUsd: number;
  platformMicroUsd: number;
  maxStoredBytes: number;
};

/**
 * Inserts a run before the Session has it and reserves its money, in one statement that is a transaction of its own. It fails as
 * `budget_exceeded`, or as `platform_budget_exceeded`, when the day has not enough left.
 */
export const insertRun = (db: Database, newRun: NewRun) =>
  db.execute<{ result: unknown }>(sql`SELECT insert_run(${JSON.stringify(newRun)}::jsonb) AS result`);

/**
 * The same for a run planned from an isolate's cache. It fails as `precondition_failed` when a cached assumption does not hold or
 * the day's budget is spent, and as `idempotency_key_reused` when the key was used; its result is the project's snapshot.
 */
export const insertRunOptimistic = (db: Database, newRun: NewRun, { caller, mark, key }: CachedAssumptions) => {
  const meta = JSON.stringify({ ...newRun, ...callerClaims(caller), mark, ...(key && { key }) });
  return db.execute<{ result: ProjectSnapshot }>(
    sql`SELECT insert_run_optimistic(${meta}::jsonb, ${snapshotLimits}) AS result`,
  );
};

/** What an optimistic start assumes: the cached caller, the snapshot's `mark`, and that the idempotency key is new. */
export type CachedAssumptions = { caller: CachedCaller; mark: string; key?: ClaimedKey | undefined };

/** A row of `idempotency`: a key that a start claims, with the response that is replayed for it. */
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

export const selectRun = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(run)
    .where(and(eq(run.id, id), eq(run.ownerId, ownerId)));

type RunsWanted = { projectId: string; after: string | null; limit: number; filter: RunFilter };

/** Runs by a filter; with a status also all that go on, since their Session alone knows in which state they are. */
export const selectRuns = (db: Database, { projectId, after, limit, filter }: RunsWanted) =>
  db
    .select()
    .from(run)
    .where(
      and(
        eq(run.projectId, projectId),
        beyondKey(run.id, after, filter.order),
        filter.status === undefined ? undefined : or(eq(run.status, filter.status), isNull(run.endedAt)),
        filter.agent === undefined ? undefined : eq(run.agent, filter.agent),
        ...createdWithin(run.createdAt, filter),
      ),
    )
    .orderBy(inOrder(run.id, filter.order))
    .limit(limit);

/** Which of the runs that have not ended: created between the two moments, after that one in their order. */
export type Unended = { since: Date | null; until: Date; after: Pick<RunRow, "id" | "createdAt"> | null };

/** Runs that are noted and not ended, oldest first. */
export const selectUnended = (db: Database, { since, until, after }: Unended, limit: number) =>
  db
    .select()
    .from(run)
    .where(
      and(
        sql`${run.status} IN ('queued', 'running', 'waiting')`,
        lt(run.createdAt, until),
        // A delivery's run that waits for its owner's run limit is not lost: http/cron/start-queued-runs.ts starts it.
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

/** Reservations that nobody else will settle: those of deleted runs, and of calls that broke off. Claimed for a minute. */
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
