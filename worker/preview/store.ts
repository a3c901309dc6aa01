import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { operation, project, untoldPublication } from "../../drizzle/schema/index.ts";
import type { Database, Statement } from "../database/index.ts";

type Publishing = { ownerId: string; projectId: string; revision: number; url: string; opId: string };

/** Notes for the sweep that the preview Worker has to hear of a change. It is heard of at once, unless something breaks. */
const note = sql`
  untold AS (
    INSERT INTO ${untoldPublication} (project_id, number) SELECT id, publication FROM changed
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at)`;

/** Makes a revision the public one. The operation's result is the event's data; where there is no project, it stays null. */
export const publishRow = (db: Database, { ownerId, projectId, revision, url, opId }: Publishing): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'public', published_revision = ${revision}, publication = publication + 1,
        updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId} RETURNING id, publication), ${note}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.id, 'revision', ${revision}::integer,
      'url', ${url}::text) FROM changed WHERE op_id = ${opId}`);

/** Makes a public project private. Of one that is private already it changes nothing, so it may be sent twice. */
export const unpublishRow = (db: Database, ownerId: string, projectId: string) =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'private', published_revision = NULL, publication = publication + 1,
        updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId} AND visibility = 'public' RETURNING id, publication), ${note}
    SELECT id FROM changed`);

/** What is public of a project now, and which change made it so. */
export const selectPublication = (db: Database, projectId: string) =>
  db
    .select({ number: project.publication, revision: project.publishedRevision })
    .from(project)
    .where(eq(project.id, projectId));

/** The preview Worker has heard of this change; of a later one it has yet to. */
export const deleteUntold = (db: Database, projectId: string, number: number | null) =>
  db
    .delete(untoldPublication)
    .where(
      and(eq(untoldPublication.projectId, projectId), sql`${untoldPublication.number} IS NOT DISTINCT FROM ${number}`),
    );

/** Takes projects of which the preview Worker has to hear, for a minute, so that those that fail do not stand in the way. */
export const claimUntold = (db: Database, limit: number) =>
  db
    .update(untoldPublication)
    .set({ dueAt: sql`now() + interval '1 minute'` })
    .where(
      inArray(
        untoldPublication.projectId,
        db
          .select({ projectId: untoldPublication.projectId })
          .from(untoldPublication)
          .where(lte(untoldPublication.dueAt, sql`now()`))
          .orderBy(untoldPublication.dueAt)
          .limit(limit),
      ),
    )
    .returning({ projectId: untoldPublication.projectId });

export const selectExistence = (db: Database, projectId: string) =>
  db.select({ id: project.id }).from(project).where(eq(project.id, projectId));
