import { sql } from "drizzle-orm";
import type { Context } from "../accounts/index.ts";
import { type BuilderRpc, newId } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { closeVisits, syncPublication, syncStaging } from "../preview/index.ts";

/**
 * Takes a published app down, and the staged one of its project, on behalf of an owner of the platform. Its owner's audit log names the operator.
 * @throws AppError `not_found` for a project that is neither published nor staged; `dependency_down` when the preview Worker does not
 *   answer, where the cron takes it down within minutes
 */
export async function takeDown(
  { config, database, actor }: Context,
  builder: BuilderRpc,
  projectId: string,
): Promise<void> {
  const { rows } = await executeIdempotent(
    database.execute<{ owner: string | null }>(
      sql`SELECT take_down(${projectId}, ${newId("audit")}, ${actor.ownerId}) AS owner`,
    ),
  );
  if (!rows[0]?.owner) throw new AppError("not_found", "There is no published app of this project.");
  await closeVisits(config, builder, projectId);
  await syncPublication({ config, database }, builder, projectId);
  await syncStaging({ config, database }, builder, projectId);
}
