import type { Context } from "../accounts/index.ts";
import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { getProject } from "../projects/index.ts";
import { deleteExpiredLinkUses, deleteExpiredVisits, revokePreview, revokePreviewsOf } from "./store.ts";

/** The maximum number of projects' objects that are called concurrently. */
const atOnce = 20;

/**
 * Revokes every link and visit of a project's preview, and closes its app's sockets.
 * @throws AppError `not_found`
 */
export async function endPreview(context: Context, builder: BuilderRpc, projectId: string): Promise<void> {
  const { config, database, actor } = context;
  await getProject(context, projectId);
  await executeIdempotent(revokePreview(database, actor.ownerId, projectId));
  await closeVisits(config, builder, projectId);
}

/** Revokes the links and visits of all of an account's previews, and closes their sockets. */
export async function endPreviewsOf(
  { config, database }: { config: Config; database: Database },
  builder: BuilderRpc,
  ownerId: string,
): Promise<void> {
  const revoked = await executeIdempotent(revokePreviewsOf(database, ownerId));
  for (let from = 0; from < revoked.length; from += atOnce) {
    const wave = revoked.slice(from, from + atOnce);
    await Promise.all(wave.map(({ projectId }) => closeVisits(config, builder, projectId)));
  }
}

/**
 * Closes the sockets of a preview whose visits were revoked. Logs a failure instead of throwing it: the revocation is
 * effective without it.
 */
export async function closeVisits(config: Config, builder: BuilderRpc, projectId: string): Promise<void> {
  try {
    await builder.endVisits(projectId);
  } catch (error) {
    log(config.logLevel, "error", { event: "preview.sockets_left_open", projectId, error: messageOf(error) });
  }
}

/** Deletes the records of links and visits that have expired. */
export async function sweepPreviewAccess(database: Database): Promise<void> {
  await Promise.all([
    executeIdempotent(deleteExpiredLinkUses(database)),
    executeIdempotent(deleteExpiredVisits(database)),
  ]);
}
