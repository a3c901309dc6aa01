import type { Context } from "../../accounts/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { deleteAgentRow } from "./store.ts";

/**
 * Deletes a project's own agent. Runs that were started with it keep their copy.
 * @throws AppError `not_found`
 */
export async function deleteAgent({ database, actor }: Context, projectId: string, name: string): Promise<void> {
  const gone = await executeIdempotent(deleteAgentRow(database, { projectId, ownerId: actor.ownerId }, name));
  if (gone.length === 0) throw new AppError("not_found", "This project has no custom agent with that name.");
}
