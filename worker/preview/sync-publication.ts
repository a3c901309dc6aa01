import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { capabilityFor } from "./preview-access.ts";
import { deletePendingPublication, selectPublication } from "./store.ts";

type Dependencies = { config: Config; database: Database };

/**
 * Reconciles the preview Worker with a project's publication: a revision, none, or a deleted project. Idempotent, and
 * safe in any order, because the preview Worker keeps the newest change. Deletes the outbox row afterwards.
 * @param onDeleted called first when the project is deleted
 * @throws AppError `dependency_down` when the preview Worker fails; the cron retries within a minute
 */
export async function syncPublication(
  { config, database }: Dependencies,
  builder: BuilderRpc,
  projectId: string,
  onDeleted?: (projectId: string) => Promise<unknown>,
): Promise<void> {
  const [row] = await executeIdempotent(selectPublication(database, projectId));
  if (row === undefined) await onDeleted?.(projectId);
  const isSynced = await pushPublication(config, builder, projectId, row).catch((error: unknown) => {
    throw notSynced(error);
  });
  if (!isSynced) throw notSynced();
  await executeIdempotent(deletePendingPublication(database, projectId, row?.number ?? null));
}

type Publication = { number: number; revision: number | null; build: number | null; staged: number | null };

/**
 * Sends a publication to the preview Worker.
 * @returns false when the build failed: a revision that built a moment ago can fail when a package has been removed
 */
async function pushPublication(
  config: Config,
  builder: BuilderRpc,
  projectId: string,
  now?: Publication,
): Promise<boolean> {
  if (now === undefined) await builder.forget(projectId);
  else if (now.revision !== null) {
    const capability = await capabilityFor(config, projectId, now.revision);
    const { number, revision, build, staged } = now;
    return (await builder.publish(capability, projectId, revision, number, build ?? undefined, staged ?? undefined)).ok;
  } else if (now.number > 0) await builder.unpublish(projectId, now.number);
  return true;
}

const notSynced = (cause?: unknown) =>
  new AppError("dependency_down", "Saved. The public site will update in a few minutes.", { cause, retryAfter: 2 });
