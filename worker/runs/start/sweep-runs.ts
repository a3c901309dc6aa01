import type { Config } from "../../config/index.ts";
import { connect, executeIdempotent } from "../../database/index.ts";
import type { SessionEnv } from "../session-client.ts";
import { type RunRow, selectUnended } from "../store.ts";
import { redispatchLost } from "./dispatch-run.ts";

/** A run reaches its Session within a request: an older run that its Session does not know was lost on the way. */
const lostAfterMs = 30_000;
/**
 * The interval for older runs, which have been checked many times, so that a run that waits for days costs almost
 * nothing.
 */
const recheckIntervalMs = 3_600_000;
const batchSize = 50;

/**
 * Dispatches runs that are in Postgres and have not ended again: a run whose Worker died during the start begins now, and
 * a run that its Session knows is left to the Session's alarm. Postgres does not store images, so the run starts without
 * them. A failing Session does not stop the sweep.
 * @param now milliseconds since the epoch
 * @throws AggregateError of all failures, after every run has been checked
 */
export async function sweepRuns(env: SessionEnv, config: Config, now: number): Promise<void> {
  const database = connect(config.database);
  const since = new Date(now).getUTCMinutes() === 0 ? null : new Date(now - recheckIntervalMs);
  const until = new Date(now - lostAfterMs);
  const failures: unknown[] = [];
  for (let after: RunRow | null = null; ; ) {
    const rows: RunRow[] = await executeIdempotent(selectUnended(database, { since, until, after }, batchSize));
    // In order within a project, because its Session queues runs in the order of their dispatch.
    const projects = Map.groupBy(rows, ({ projectId }) => projectId);
    const failed = await Promise.all([...projects.values()].map((lost) => redispatchInTurn(env, lost)));
    failures.push(...failed.flat());
    after = rows.at(-1) ?? null;
    if (after === null || rows.length < batchSize) break;
  }
  if (failures.length === 0) return;
  throw new AggregateError(failures, `${failures.length} runs could not be dispatched`, { cause: failures[0] });
}

/**
 * Dispatches a project's runs one after the other.
 * @returns the failures
 */
async function redispatchInTurn(env: SessionEnv, lost: RunRow[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const row of lost) await redispatchLost(env, row, []).catch((error: unknown) => failures.push(error));
  return failures;
}
