import type { Context } from "hono";
import { restoreDataBefore } from "../../preview/index.ts";
import type { AppEnv } from "../environment.ts";
import { recordAlso } from "../middleware/audit-log.ts";
import { requestContext } from "../middleware/request-context.ts";

/**
 * Restores a preview's data together with its code, and records the restore in the audit log.
 * @returns the restored snapshot; null when no later code has run on the data
 * @throws AppError `snapshot_expired`, `dependency_down`
 */
export async function restoreData(
  c: Context<AppEnv>,
  projectId: string,
  revision: number,
): Promise<{ snapshotId: string | null }> {
  const restored = await restoreDataBefore(requestContext(c), c.env.PREVIEW, projectId, revision);
  if (restored.snapshotId !== null) await recordAlso(c, "data.restored", projectId);
  return restored;
}
