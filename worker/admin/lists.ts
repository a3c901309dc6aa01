import { and, desc, eq, inArray, lt } from "drizzle-orm";
import { project, run, user } from "../../drizzle/schema/index.ts";
import type { Context } from "../accounts/index.ts";
import type { AdminPublication, OpenRun, Page } from "../contract/index.ts";
import { type Database, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { publicUrlOf } from "../projects/index.ts";

const openStatuses = ["queued", "running", "waiting"] as const;

const selectOpenRuns = (db: Database, { after, limit }: PageRequest) =>
  db
    .select({
      id: run.id,
      projectId: run.projectId,
      ownerId: run.ownerId,
      email: user.email,
      status: run.status,
      agent: run.agent,
      createdAt: run.createdAt,
      startedAt: run.startedAt,
    })
    .from(run)
    .innerJoin(user, eq(user.id, run.ownerId))
    .where(and(inArray(run.status, openStatuses), after === null ? undefined : lt(run.id, after)))
    .orderBy(desc(run.id))
    .limit(limit + 1);

/** Lists the open runs of all accounts, newest first. */
export async function listOpenRuns({ database }: Context, page: PageRequest): Promise<Page<OpenRun>> {
  const rows = await executeIdempotent(selectOpenRuns(database, page));
  const runs = rows.flatMap(({ status, createdAt, startedAt, ...row }): OpenRun[] => {
    const open = openStatuses.find((one) => one === status);
    if (open === undefined) return [];
    return [{ ...row, status: open, createdAt: createdAt.toISOString(), startedAt: startedAt?.toISOString() ?? null }];
  });
  return pageFrom(runs, page, ({ id }) => id);
}

const selectPublications = (db: Database, { after, limit }: PageRequest) =>
  db
    .select({
      projectId: project.id,
      name: project.name,
      ownerId: project.ownerId,
      email: user.email,
      revision: project.publishedRevision,
      publishedName: project.publishedName,
      updatedAt: project.updatedAt,
    })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(and(eq(project.visibility, "public"), after === null ? undefined : lt(project.id, after)))
    .orderBy(desc(project.id))
    .limit(limit + 1);

/** Lists the published apps of all accounts, the newest projects' first. */
export async function listPublications(
  { config, database }: Context,
  page: PageRequest,
): Promise<Page<AdminPublication>> {
  const rows = await executeIdempotent(selectPublications(database, page));
  const publications = rows.map(({ revision, publishedName, updatedAt, ...row }) => ({
    ...row,
    revision: revision ?? 0,
    url: publicUrlOf(config, { id: row.projectId, name: publishedName }),
    updatedAt: updatedAt.toISOString(),
  }));
  return pageFrom(publications, page, ({ projectId }) => projectId);
}
