import { desc, eq, sql } from "drizzle-orm";
import { project, projectMember, user } from "../../../drizzle/schema/index.ts";
import type { Database } from "../../database/index.ts";

/**
 * Selects the ids of an account's projects and of those that are shared with it, most recently updated first, and whether
 * their owner is suspended.
 */
export const selectProjectsOf = (db: Database, accountId: string) =>
  db
    .select({ id: project.id, isSuspended: sql<boolean>`${user.suspendedAt} IS NOT NULL` })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(
      sql`${project.id} IN (SELECT id FROM ${project} WHERE owner_id = ${accountId}
        UNION ALL SELECT project_id FROM ${projectMember} WHERE user_id = ${accountId})`,
    )
    .orderBy(desc(project.updatedAt));
