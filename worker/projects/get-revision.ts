import type { Context } from "../accounts/index.ts";
import type { RevisionDetail } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "./get-project.ts";
import { parseRevision } from "./parse-revision.ts";
import { selectChanges, selectRevision } from "./store.ts";
import { toRevision } from "./to-api.ts";

/**
 * Returns one revision with its changes.
 * @param text the number, or `head`
 * @throws AppError `not_found`
 */
export async function getRevision(context: Context, projectId: string, text: string): Promise<RevisionDetail> {
  const { head } = await getProject(context, projectId);
  const number = parseRevision(text, head);
  const [[row], changes] = await Promise.all([
    executeIdempotent(selectRevision(context.database, projectId, number)),
    executeIdempotent(selectChanges(context.database, projectId, number)),
  ]);
  if (!row) throw new AppError("not_found", "Revision not found.");
  return {
    ...toRevision(row),
    changes: changes.map(({ path, action, before, after, from }) => ({
      path,
      action,
      before,
      after,
      ...(from !== null && { from }),
    })),
  };
}
