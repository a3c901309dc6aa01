import type { Context } from "../accounts/index.ts";
import type { Page, Project, ProjectFilter } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { selectProjects } from "./store.ts";
import { toProject } from "./to-api.ts";

/** Lists the account's projects, newest first. */
export async function listProjects(
  { config, database, actor }: Context,
  page: PageRequest,
  filter: ProjectFilter = {},
): Promise<Page<Project>> {
  const limit = page.limit + 1;
  const rows = await executeIdempotent(selectProjects(database, actor.ownerId, { after: page.after, limit, filter }));
  return pageFrom(
    rows.map((row) => toProject(config, row)),
    page,
    (project) => project.id,
  );
}
