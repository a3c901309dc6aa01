import type { Config } from "../config/index.ts";
import { connect, read } from "../database/index.ts";
import { type SessionEnv, sessionOf } from "./session-client.ts";
import { startOfRow } from "./shown.ts";
import { selectUnended } from "./store.ts";

/** A run is handed to its Session within a request; one that is this old and still unknown there was lost on the way. */
const lostAfterSeconds = 30;
const mostAtOnce = 100;

/**
 * Hands runs that are noted and not ended to their Sessions again: a start whose Worker died in the middle begins, one
 * that the Session knows is left as it is (its own alarm looks after it). Images are not in Postgres, so a run that had
 * some begins without them.
 */
export async function sweepRuns(env: SessionEnv, config: Config): Promise<void> {
  const rows = await read(selectUnended(connect(config.database), lostAfterSeconds, mostAtOnce));
  for (const row of rows) {
    const session = sessionOf(env, row.projectId);
    if ((await session.describe(row.id)) === null) await session.enqueue(startOfRow(row), []);
  }
}
