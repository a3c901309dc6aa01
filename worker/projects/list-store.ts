import { and, desc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { project, projectMember, user } from "../../drizzle/schema/index.ts";
import type { ProjectFilter, ProjectRole } from "../contract/index.ts";
import { beyondKey, contains, type Database } from "../database/index.ts";

type ProjectsQuery = { after: string | null; limit: number; filter: ProjectFilter };

/** Selects an account's projects and those that are shared with it, newest first, with the account's role. */
export const selectProjects = (db: Database, accountId: string, { after, limit, filter }: ProjectsQuery) => {
  const matches = [beyondKey(project.id, after, "desc"), contains(project.name, filter.q)];
  const own = db
    .select({ ...getTableColumns(project), role: sql<ProjectRole>`'owner'`.as("role") })
    .from(project)
    .where(and(eq(project.ownerId, accountId), filter.access === "shared" ? sql`false` : undefined, ...matches))
    .orderBy(desc(project.id))
    .limit(limit);
  const shared = db
    .select({ ...getTableColumns(project), role: sql<ProjectRole>`${projectMember.role}`.as("role") })
    .from(projectMember)
    .innerJoin(project, eq(project.id, projectMember.projectId))
    .innerJoin(user, and(eq(user.id, project.ownerId), isNull(user.suspendedAt)))
    .where(and(eq(projectMember.userId, accountId), filter.access === "own" ? sql`false` : undefined, ...matches))
    .orderBy(desc(project.id))
    .limit(limit);
  // Each half has its own limit, so that the database reads at most a page of it.
  return unionAll(own, shared).orderBy(sql`id DESC`).limit(limit);
};
