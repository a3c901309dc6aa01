import { and, eq, isNull, sql } from "drizzle-orm";
import { project, user } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

// Unexecuted statements for copies of published apps.

/** Copies a published app into a project of another account. */
export const copyStatement = (db: Database, meta: unknown) =>
  db.execute(sql`SELECT copy_publication(${JSON.stringify(meta)}::jsonb) AS result`);

/**
 * Selects a published app that others may copy: no row when nobody may copy it, when it is not public, or while its
 * owner's account is suspended or about to be deleted (as in drizzle/functions/copy_publication.sql).
 */
export const selectCopyable = (db: Database, projectId: string) =>
  db
    .select({
      projectId: project.id,
      name: project.name,
      publishedName: project.publishedName,
      revision: project.publishedRevision,
    })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(
      and(
        eq(project.id, projectId),
        eq(project.isCopyable, true),
        eq(project.visibility, "public"),
        isNull(user.suspendedAt),
        isNull(user.deletionDueAt),
      ),
    );

/** Sets whether others may copy an account's published app. */
export const updateCopyable = (db: Database, ownerId: string, id: string, isCopyable: boolean) =>
  db
    .update(project)
    .set({ isCopyable })
    .where(and(eq(project.id, id), eq(project.ownerId, ownerId)))
    .returning({ id: project.id });
