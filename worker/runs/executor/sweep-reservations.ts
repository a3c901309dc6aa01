import { settleStatement } from "../../billing/index.ts";
import { dayOf, noUsage } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { forgetSession, type SessionEnv } from "../session-client.ts";
import { claimDue } from "../store.ts";

const batchSize = 50;

type Due = Awaited<ReturnType<typeof claimDue>>[number];

/**
 * Settles reservations that nothing else will settle: a deleted run's by its Session, which knows its usage, and an
 * interrupted call's at the full amount, because its cost is unknown.
 * @throws AggregateError of the failures; they are retried a minute later
 */
export async function sweepReservations(env: SessionEnv, database: Database): Promise<void> {
  const due = await executeIdempotent(claimDue(database, batchSize));
  const [runs, calls] = [due.filter(({ kind }) => kind === "run"), due.filter(({ kind }) => kind === "call")];
  const outcomes = await Promise.allSettled([
    ...[...Map.groupBy(runs, ({ projectId }) => projectId)].map(([projectId, lost]) =>
      settleRuns(env, database, projectId, lost),
    ),
    ...calls.map((call) => settle(database, call, { ...noUsage, microUsd: call.microUsd })),
  ]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Some reservations could not be settled.");
}

/** Makes the Session charge its runs. A run that the Session never received has used nothing. */
async function settleRuns(env: SessionEnv, database: Database, projectId: string, lost: Due[]): Promise<void> {
  if (!(await forgetSession(env, projectId))) throw new Error(`the runs of ${projectId} are not charged yet`);
  await Promise.all(lost.map((run) => settle(database, run, noUsage)));
}

const settle = (database: Database, { id, agent, model }: Due, usage: typeof noUsage) =>
  executeIdempotent(settleStatement(database, id, { day: dayOf(Date.now()), agent, model, usage }));
