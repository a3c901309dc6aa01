import type { Config } from "../../config/index.ts";
import type { BuilderRpc } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { capabilityFor } from "../preview-access.ts";
import { claimDueStagings, markSynced, selectStaged } from "./staging-store.ts";

type Dependencies = { config: Config; database: Database };

const atOnce = 20;

/**
 * Makes the preview Worker serve, or end, the staged app of a project. Idempotent, and safe in any order, because the
 * preview Worker keeps the newest change.
 * @throws AppError `dependency_down` when the preview Worker fails; the cron retries within a minute
 */
export async function syncStaging(
  { config, database }: Dependencies,
  builder: BuilderRpc,
  projectId: string,
): Promise<void> {
  const [row] = await executeIdempotent(selectStaged(database, projectId));
  if (row === undefined || row.dueAt === null) return;
  const { number, revision } = row;
  const isSynced = await push(config, builder, { projectId, number, revision }).catch((cause: unknown) => {
    throw notSynced(cause);
  });
  if (!isSynced) throw notSynced();
  await executeIdempotent(markSynced(database, projectId, number));
}

type Staged = { projectId: string; number: number; revision: number | null };

/** @returns false when the build failed, although its preparation succeeded */
async function push(config: Config, builder: BuilderRpc, { projectId, number, revision }: Staged): Promise<boolean> {
  if (revision !== null) {
    const capability = await capabilityFor(config, projectId, revision);
    return (await builder.stage(capability, projectId, revision, number)).ok;
  }
  await builder.discardStaging(projectId, number);
  return true;
}

const notSynced = (cause?: unknown) =>
  new AppError("dependency_down", "Saved. The staging address will update in a few minutes.", { cause, retryAfter: 2 });

/**
 * Syncs the staged apps that a crash or a failure left behind.
 * @throws AggregateError of the failed syncs; the cron retries them
 */
export async function sweepStaging(dependencies: Dependencies, builder: BuilderRpc): Promise<void> {
  const claimed = await executeIdempotent(claimDueStagings(dependencies.database, atOnce));
  const outcomes = await Promise.allSettled(
    claimed.map(({ projectId }) => syncStaging(dependencies, builder, projectId)),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Some staging addresses could not be updated.");
}
