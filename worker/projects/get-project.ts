import type { Context } from "../accounts/index.ts";
import type { Project } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { shownProject } from "./shown.ts";
import { selectProject } from "./store.ts";

/**
 * A project of the caller's account.
 * @throws AppError `not_found`, the same for an absent project and another account's.
 */
export async function getProject({ config, database, actor }: Context, id: string): Promise<Project> {
  const [row] = await read(selectProject(database, actor.ownerId, id));
  if (!row) throw new AppError("not_found", "There is no such project.");
  return shownProject(config, row);
}
