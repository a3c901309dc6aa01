import type { Config } from "../config/index.ts";
import { connect, read } from "../database/index.ts";
import { handOverLost } from "./hand-over.ts";
import type { SessionEnv } from "./session-client.ts";
import { type RunRow, selectUnended } from "./store.ts";

/** A run is handed to its Session within a request; one that is this old and still unknown there was lost on the way. */
const lostAfterMs = 30_000;
/** Older than this a run has been looked at many times, and is again only once an hour: to wait must cost nothing. */
const oftenMs = 3_600_000;
const mostAtOnce = 50;

/**
 * Hands runs that are noted and not ended to their Sessions again: a start whose Worker died in the middle begins, one
 * that the Session knows is left as it is (its own alarm looks after it). Images are not in Postgres, so a run that had
 * some begins without them. A Session that cannot be reached keeps none of the others waiting.
 * @throws AggregateError of what went wrong, when all have been looked at
 */
export async function sweepRuns(env: SessionEnv, config: Config, now = Date.now()): Promise<void> {
  const database = connect(config.database);
  const since = new Date(now).getUTCMinutes() === 0 ? null : new Date(now - oftenMs);
  const until = new Date(now - lostAfterMs);
  const failures: unknown[] = [];
  for (let after: RunRow | null = null; ; ) {
    const rows: RunRow[] = await read(selectUnended(database, { since, until, after }, mostAtOnce));
    const outcomes = await Promise.allSettled(rows.map((row) => handOverLost(env, row, [])));
    for (const outcome of outcomes) if (outcome.status === "rejected") failures.push(outcome.reason);
    after = rows.at(-1) ?? null;
    if (after === null || rows.length < mostAtOnce) break;
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} runs could not be handed over again`);
}
