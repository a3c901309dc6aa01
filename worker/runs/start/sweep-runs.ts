import type { Config } from "../../config/index.ts";
import { connect, executeIdempotent } from "../../database/index.ts";
import type { SessionEnv } from "../session-client.ts";
import { type RunRow, selectUnended } from "../store.ts";
import { redispatchLost } from "./dispatch-run.ts";

/** A run is handed to its Session within a request; one that is this old and still unknown there was lost on the way. */
const lostAfterMs = 30_000;
/** An older run has been looked at many times, and is again once an hour, so that one that waits for days costs nearly nothing. */
const recheckIntervalMs = 3_600_000;
const batchSize = 50;

/**
 * Hands runs that are noted and not ended to their Sessions again: a start whose Worker died in the middle begins, one
 * that the Session knows is left as it is (its own alarm looks after it). Images are not in Postgres, so a run that had
 * some begins without them. A Session that fails does not keep the others from being looked at.
 * @throws AggregateError of what went wrong, when all have been looked at
 */
export async function sweepRuns(env: SessionEnv, config: Config, now: number): Promise<void> {
  const database = connect(config.database);
  const since = new Date(now).getUTCMinutes() === 0 ? null : new Date(now - recheckIntervalMs);
  const until = new Date(now - lostAfterMs);
  const failures: unknown[] = [];
  for (let after: RunRow | null = null; ; ) {
    const rows: RunRow[] = await executeIdempotent(selectUnended(database, { since, until, after }, batchSize));
    // In their order within a project, since its Session queues them as they come.
    const projects = Map.groupBy(rows, ({ projectId }) => projectId);
    const failed = await Promise.all([...projects.values()].map((lost) => redispatchInTurn(env, lost)));
    failures.push(...failed.flat());
    after = rows.at(-1) ?? null;
    if (after === null || rows.length < batchSize) break;
  }
  if (failures.length === 0) return;
  throw new AggregateError(failures, `${failures.length} runs not handed over`, { cause: failures[0] });
}

/** @returns what went wrong; the next one is handed over all the same */
async function redispatchInTurn(env: SessionEnv, lost: RunRow[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const row of lost) await redispatchLost(env, row, []).catch((error: unknown) => failures.push(error));
  return failures;
}
