import type { Context } from "../accounts/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { closeVisits } from "./end-previews.ts";
import { unpublishRow } from "./store.ts";
import { syncPublication } from "./sync-publication.ts";

/**
 * Unpublishes an app and keeps its visitors' data. Does nothing when the app is not public.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function unpublishProject(context: Context, builder: BuilderRpc, projectId: string): Promise<void> {
  const { database, actor } = context;
  await getProject(context, projectId);
  const { rows } = await executeIdempotent(unpublishRow(database, actor.ownerId, projectId));
  await callBuilder(context, projectId, async () => {
    if (rows.length > 0) await closeVisits(context.config, builder, projectId);
    await syncPublication(context, builder, projectId);
  });
}
