import type { Context } from "../accounts/index.ts";
import type { Page, Trigger } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { selectOwnProject, selectTriggers } from "./store.ts";
import { toTrigger } from "./to-api.ts";

/**
 * Lists a project's triggers, newest first.
 * @throws AppError `not_found` for a project of another account
 */
export async function listTriggers(
  { config, database, actor }: Context,
  { projectId, page }: { projectId: string; page: PageRequest },
): Promise<Page<Trigger>> {
  const [[found], rows] = await Promise.all([
    executeIdempotent(selectOwnProject(database, actor.ownerId, projectId)),
    executeIdempotent(
      selectTriggers(database, { ownerId: actor.ownerId, projectId, after: page.after }, page.limit + 1),
    ),
  ]);
  if (!found) throw new AppError("not_found", "Project not found.");
  return pageFrom(
    rows.map((row) => toTrigger(config, row)),
    page,
    (trigger) => trigger.id,
  );
}
