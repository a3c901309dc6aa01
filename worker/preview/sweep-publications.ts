import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { claimPendingPublications } from "./store.ts";
import { syncPublication } from "./sync-publication.ts";

const atOnce = 20;

/**
 * Syncs the publications that a crash or a failure left pending, so that the public address serves exactly the published
 * revision.
 * @param onDeleted called first for a deleted project, to delete its other data, which the same crash may have left
 *   behind
 * @throws AggregateError of the failed syncs; the cron retries them
 */
export async function sweepPublications(
  dependencies: { config: Config; database: Database },
  builder: BuilderRpc,
  onDeleted: (projectId: string) => Promise<unknown>,
): Promise<void> {
  const claimed = await executeIdempotent(claimPendingPublications(dependencies.database, atOnce));
  const outcomes = await Promise.allSettled(
    claimed.map(({ projectId }) => syncPublication(dependencies, builder, projectId, onDeleted)),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Some public addresses could not be updated.");
}
