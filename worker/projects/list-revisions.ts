import type { Context } from "../accounts/index.ts";
import type { Page, Revision } from "../contract/index.ts";
import { type PageRequest, pageFrom, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "./get-project.ts";
import { shownRevision } from "./shown.ts";
import { selectRevisions } from "./store.ts";

/** The history, newest first. */
export async function listRevisions(context: Context, projectId: string, page: PageRequest): Promise<Page<Revision>> {
  if (page.after !== null && !/^\d{1,9}$/.test(page.after))
    throw new AppError("invalid_cursor", "The cursor is not one of this list.");
  const before = page.after === null ? null : Number(page.after);
  await getProject(context, projectId);
  const rows = await read(selectRevisions(context.database, projectId, before, page.limit + 1));
  return pageFrom(rows.map(shownRevision), page, (revision) => String(revision.number));
}
