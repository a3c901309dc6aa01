import type { Context } from "../accounts/index.ts";
import type { Page, Project, ProjectFilter } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { selectProjects } from "./list-store.ts";
import { toProject } from "./to-api.ts";

/**
 * Lists the account's projects, newest first.
 * @param filter without `access` it includes projects that are shared with the account. The sweep that deletes an account
 *   must never see those, so a caller has to request them
 */
export async function listProjects(
  { config, database, actor }: Context,
  page: PageRequest,
  filter: ProjectFilter = { access: "own" },
): Promise<Page<Project>> {
  const limit = page.limit + 1;
  const rows = await executeIdempotent(selectProjects(database, actor.ownerId, { after: page.after, limit, filter }));
  return pageFrom(
    rows.map(({ role, ...row }) => toProject(config, row, role)),
    page,
    (project) => project.id,
  );
}
