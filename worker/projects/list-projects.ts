import type { Context } from "../accounts/index.ts";
import type { Page, Project } from "../contract/index.ts";
import { type PageRequest, pageFrom, read } from "../database/index.ts";
import { shownProject } from "./shown.ts";
import { selectProjects } from "./store.ts";

/** The account's projects, newest first. */
export async function listProjects({ config, database, actor }: Context, page: PageRequest): Promise<Page<Project>> {
  const rows = await read(selectProjects(database, actor.ownerId, page.after, page.limit + 1));
  return pageFrom(
    rows.map((row) => shownProject(config, row)),
    page,
    (project) => project.id,
  );
}
