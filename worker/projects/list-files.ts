import type { Context } from "../accounts/index.ts";
import type { FileEntry } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { getProject } from "./get-project.ts";
import { parseRevision } from "./parse-revision.ts";
import { selectTreeAt } from "./store.ts";

/**
 * Lists the tree at a revision, by default the head.
 * @throws AppError `not_found` for a missing project or revision
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
