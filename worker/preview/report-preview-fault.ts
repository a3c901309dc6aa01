import { eq } from "drizzle-orm";
import { project } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import type { PreviewFault } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { type Background, continueWork, log, reporterOf, withTimings, workContext } from "../monitoring/index.ts";

type Dependencies = { config: Config; database: Database };

/** Logs and reports a failure of the preview Worker, with the account that its project belongs to. */
export async function reportPreviewFault(
  { config, database }: Dependencies,
  background: Background,
  { name, message, stack, route, requestId, traceparent, projectId }: PreviewFault,
): Promise<void> {
  const work = continueWork(route, { requestId, traceparent: traceparent ?? "" });
  work.spans.ownerId = projectId === null ? undefined : await ownerOf(database, projectId);
  const error = Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
  withTimings(work, () => {
    log(config.logLevel, "error", { event: "preview.failed", ...workContext(), error: `${name}: ${message}` });
    reporterOf(config, background).capture(error, { code: "preview" });
  });
}

async function ownerOf(database: Database, projectId: string): Promise<string | undefined> {
  const owners = database.select({ id: project.ownerId }).from(project).where(eq(project.id, projectId));
  const [row] = await executeIdempotent(owners);
  return row?.id;
}
