import { desc, eq, sql } from "drizzle-orm";
import { project, projectMember } from "../../../drizzle/schema/index.ts";
import type { Database } from "../../database/index.ts";

/** Selects the ids of an account's own projects, most recently updated first. */
export const selectOwnProjects = (db: Database, accountId: string) =>
  db.select({ id: project.id }).from(project).where(eq(project.ownerId, accountId)).orderBy(desc(project.updatedAt));

/** Selects the ids of an account's projects and of those that are shared with it, most recently updated first. */
export const selectProjectsOf = (db: Database, accountId: string) =>
  db
    .select({ id: project.id })
    .from(project)
    .where(
      sql`${project.id} IN (SELECT id FROM ${project} WHERE owner_id = ${accountId}
        UNION ALL SELECT project_id FROM ${projectMember} WHERE user_id = ${accountId})`,
    )
    .orderBy(desc(project.updatedAt));
