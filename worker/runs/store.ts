import { and, desc, eq, lt, sql } from "drizzle-orm";
import { run, spending, usage } from "../../drizzle/schema/index.ts";
import type { Usage } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import { type Reservation, reserveClause } from "../limits/index.ts";
import type { KeptStep } from "./conversation.ts";
import type { RunStart } from "./run-start.ts";
import type { RunEnding, RunRecord } from "./run-table.ts";

// Unexecuted statements of the runs room.

export type RunRow = typeof run.$inferSelect;

/**
 * Notes a run before the Session has it, and sets its money aside, in one statement that is a commit of its own: all of it
 * or nothing. Its money comes from the operation's row, so that a statement sent again fails on that before it looks at the
 * budget, of which it may have taken the last itself. Where the day has no room it fails as `budget_exceeded`.
 */
export const insertRun = (db: Database, start: RunStart, { scripted, opId, dailyMicroUsd }: RunNote) => {
  const reservation = { ownerId: start.ownerId, day: start.day, microUsd: start.reservedMicroUsd };
  const owned = sql`FROM begun, project WHERE id = ${start.projectId} AND owner_id = ${start.ownerId}`;
  return db.execute(sql`
    WITH begun AS (
      INSERT INTO operation (op_id, kind, result)
      VALUES (${opId}, 'run.created', jsonb_build_object('runId', ${start.id}::text)) RETURNING result
    ), reserved AS (${reserveClause(reservation, dailyMicroUsd, owned)}),
    noted AS (
      INSERT INTO run (id, project_id, owner_id, status, prompt, request, agent, routing, mode, scripted, created_at)
      SELECT ${start.id}, ${start.projectId}, owner_id, 'queued', ${start.prompt}, ${JSON.stringify(start)}::jsonb,
        ${start.routing.agent}, ${JSON.stringify(start.routing)}::jsonb, ${start.mode}, ${scripted},
        ${new Date(start.createdAt).toISOString()}::timestamptz
      FROM reserved RETURNING id
    )
    SELECT coalesce((SELECT result FROM begun, noted), refuse('ESBUD')) AS result`);
};

type RunNote = { scripted: boolean; opId: string; dailyMicroUsd: number };

export const selectRun = (db: Database, ownerId: string, id: string) =>
  db
    .select()
    .from(run)
    .where(and(eq(run.id, id), eq(run.ownerId, ownerId)));

export const selectRuns = (db: Database, projectId: string, before: string | null, limit: number) =>
  db
    .select()
    .from(run)
    .where(and(eq(run.projectId, projectId), before === null ? undefined : lt(run.id, before)))
    .orderBy(desc(run.id))
    .limit(limit);

/** Runs that are noted and not ended, and old enough that their Session must know them. */
export const selectUnended = (db: Database, olderThanSeconds: number, limit: number) =>
  db
    .select()
    .from(run)
    .where(
      and(
        sql`${run.status} IN ('queued', 'running', 'waiting')`,
        lt(run.createdAt, sql`now() - make_interval(secs => ${olderThanSeconds})`),
      ),
    )
    .orderBy(run.createdAt)
    .limit(limit);

type Ended = { lastSeq: number; model: string; steps: KeptStep[] };

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

type Spent = { ownerId: string; projectId: string; agent: string; model: string; day: string; usage: Usage };

export const addUsage = (db: Database, { usage: spent, ...key }: Spent) =>
  db
    .insert(usage)
    .values({ ...key, ...usageColumns(spent) })
    .onConflictDoUpdate({
      target: [usage.ownerId, usage.day, usage.projectId, usage.agent, usage.model],
      set: {
        inputTokens: sql`${usage.inputTokens} + excluded.input_tokens`,
        outputTokens: sql`${usage.outputTokens} + excluded.output_tokens`,
        cacheReadTokens: sql`${usage.cacheReadTokens} + excluded.cache_read_tokens`,
        cacheWriteTokens: sql`${usage.cacheWriteTokens} + excluded.cache_write_tokens`,
        microUsd: sql`${usage.microUsd} + excluded.micro_usd`,
      },
    });

/** Money that was spent without having been set aside. */
export const addSpent = (db: Database, { ownerId, day, microUsd }: Reservation) =>
  db
    .insert(spending)
    .values({ ownerId, day, spent: microUsd })
    .onConflictDoUpdate({
      target: [spending.ownerId, spending.day],
      set: { spent: sql`${spending.spent} + excluded.spent` },
    });
