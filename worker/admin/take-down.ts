import { sql } from "drizzle-orm";
import type { Context } from "../accounts/index.ts";
import { type BuilderRpc, newId } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { closeVisits, syncPublication, syncStaging } from "../preview/index.ts";

/**
 * Takes down a project's published and staged apps on behalf of an owner of the platform. The audit log of the
 * project's owner names the operator.
 * @throws AppError `not_found` for a project that is neither published nor staged; `dependency_down` when the preview
 *   Worker does not respond: the cron then takes the apps down within minutes
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
  if (!rows[0]?.owner) throw new AppError("not_found", "This project has no published app.");
  await closeVisits(config, builder, projectId);
  await syncPublication({ config, database }, builder, projectId);
  await syncStaging({ config, database }, builder, projectId);
}
