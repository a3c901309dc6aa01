import { type Context, roleOf } from "../accounts/index.ts";
import { importReport, type Project, type ProjectDetail } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { selectProject, selectProjectWithImport } from "./store.ts";
import { toProject } from "./to-api.ts";

/**
 * Returns a project of the account that the caller acts for.
 * @throws AppError `not_found`, both for a missing project and for another account's
 */
export async function getProject({ config, database, actor }: Context, id: string): Promise<Project> {
  const [row] = await executeIdempotent(selectProject(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "Project not found.");
  return toProject(config, row, roleOf(actor));
}

/**
 * Returns a project of the account that the caller acts for, with its import report.
 * @throws AppError `not_found`, both for a missing project and for another account's
 */
export async function getProjectDetail({ config, database, actor }: Context, id: string): Promise<ProjectDetail> {
  const [row] = await executeIdempotent(selectProjectWithImport(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "Project not found.");
  const project = toProject(config, row.project, roleOf(actor));
  return row.report === null ? project : { ...project, import: importReport.parse(row.report) };
}
