import type { Context } from "../accounts/index.ts";
import type { FileEntry } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { getProject } from "./get-project.ts";
import { parseRevision } from "./parse-revision.ts";
import { selectTreeAt } from "./store.ts";

/**
 * The tree at a revision, the head unless one is named.
 * @throws AppError `not_found` for a project or a revision that is not there.
 */
export async function listFiles(
  context: Context,
  { projectId, revision }: { projectId: string; revision?: string | undefined },
): Promise<{ revision: number; data: FileEntry[] }> {
  const { head } = await getProject(context, projectId);
  const at = parseRevision(revision, head);
  const rows = await executeIdempotent(selectTreeAt(context.database, projectId, at));
  return { revision: at, data: rows };
}
