import type { Context } from "../accounts/index.ts";
import { importReport, type Project, type ProjectDetail } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { selectProject, selectProjectWithImport } from "./store.ts";
import { toProject } from "./to-api.ts";

/**
 * A project of the caller's account.
 * @throws AppError `not_found`, the same for an absent project and another account's.
 */
export async function getProject({ config, database, actor }: Context, id: string): Promise<Project> {
  const [row] = await executeIdempotent(selectProject(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "Project not found.");
  return toProject(config, row);
}

/**
 * A project of the caller's account, with what its import left out.
 * @throws AppError `not_found`, the same for an absent project and another account's.
 */
export async function getProjectDetail({ config, database, actor }: Context, id: string): Promise<ProjectDetail> {
  const [row] = await executeIdempotent(selectProjectWithImport(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "Project not found.");
  const project = toProject(config, row.project);
  return row.report === null ? project : { ...project, import: importReport.parse(row.report) };
}
