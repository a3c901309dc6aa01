import type { Context } from "../accounts/index.ts";
import type { Page, Revision, RevisionFilter } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "./get-project.ts";
import { selectRevisions } from "./store.ts";
import { toRevision } from "./to-api.ts";

/**
 * Lists a project's revisions, newest first by default.
 * @throws AppError `not_found`, `invalid_cursor`
 */
export async function listRevisions(
  context: Context,
  projectId: string,
  page: PageRequest,
  filter: RevisionFilter = { order: "desc" },
): Promise<Page<Revision>> {
  if (page.after !== null && !/^\d{1,9}$/.test(page.after))
    throw new AppError("invalid_cursor", "Invalid cursor. Start again without one.");
  const after = page.after === null ? null : Number(page.after);
  await getProject(context, projectId);
  const rows = await executeIdempotent(
    selectRevisions(context.database, projectId, { after, limit: page.limit + 1, filter }),
  );
  return pageFrom(rows.map(toRevision), page, (revision) => String(revision.number));
}
