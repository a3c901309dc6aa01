import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { claimPendingPublications } from "./store.ts";
import { syncPublication } from "./sync-publication.ts";

const atOnce = 20;

/**
 * Tells the preview Worker what a crash kept it from hearing: so that an app that is published shows, and one that is not,
 * or whose project is deleted, does not.
 * @param onDeleted is done for a deleted project first: what else holds something of it may have been missed by the same crash
 * @throws AggregateError of what could not be told; it is tried again the next time
 */
export async function sweepPublications(
  ground: { config: Config; database: Database },
  builder: BuilderRpc,
  onDeleted: (projectId: string) => Promise<unknown>,
): Promise<void> {
  const claimed = await executeIdempotent(claimPendingPublications(ground.database, atOnce));
  const outcomes = await Promise.allSettled(
    claimed.map(({ projectId }) => syncPublication(ground, builder, projectId, onDeleted)),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Some public addresses do not follow.");
}
