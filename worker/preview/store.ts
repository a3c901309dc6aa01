import { and, eq, gt, inArray, lte, sql } from "drizzle-orm";
import { operation, previewLinkUse, previewVisit, project, publicationOutbox } from "../../drizzle/schema/index.ts";
import type { Database, Statement } from "../database/index.ts";

type Publishing = { ownerId: string; projectId: string; revision: number; url: string; opId: string };

/** Notes for the sweep that the preview Worker has to hear of a change. It is heard of at once, unless something breaks. */
const queueSync = sql`
  untold AS (
    INSERT INTO ${publicationOutbox} (project_id, number) SELECT id, publication FROM changed
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at)`;

/** Makes a revision the public one. The operation's result is the event's data; where there is no project, it stays null. */
export const publishRow = (db: Database, { ownerId, projectId, revision, url, opId }: Publishing): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'public', published_revision = ${revision}, publication = publication + 1,
        preview_epoch = preview_epoch + (visibility = 'private')::integer, updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId} RETURNING id, publication), ${queueSync}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.id, 'revision', ${revision}::integer,
      'url', ${url}::text) FROM changed WHERE op_id = ${opId}`);

/** Makes a public project private. Of one that is private already it changes nothing, so it may be sent twice. */
export const unpublishRow = (db: Database, ownerId: string, projectId: string) =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'private', published_revision = NULL, publication = publication + 1,
        preview_epoch = preview_epoch + 1, updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId} AND visibility = 'public' RETURNING id, publication), ${queueSync}
    SELECT id FROM changed`);

/** What is public of a project now, and which change made it so. */
export const selectPublication = (db: Database, projectId: string) =>
  db
    .select({ number: project.publication, revision: project.publishedRevision })
    .from(project)
    .where(eq(project.id, projectId));

/** The preview Worker has heard of this change; of a later one it has yet to. */
export const deletePendingPublication = (db: Database, projectId: string, number: number | null) =>
  db
    .delete(publicationOutbox)
    .where(
      and(eq(publicationOutbox.projectId, projectId), sql`${publicationOutbox.number} IS NOT DISTINCT FROM ${number}`),
    );

/** Takes projects of which the preview Worker has to hear, for a minute, so that those that fail do not stand in the way. */
export const claimPendingPublications = (db: Database, limit: number) =>
  db
    .update(publicationOutbox)
    .set({ dueAt: sql`now() + interval '1 minute'` })
    .where(
      inArray(
        publicationOutbox.projectId,
        db
          .select({ projectId: publicationOutbox.projectId })
          .from(publicationOutbox)
          .where(lte(publicationOutbox.dueAt, sql`now()`))
          .orderBy(publicationOutbox.dueAt)
          .limit(limit),
      ),
    )
    .returning({ projectId: publicationOutbox.projectId });

/** What previews of a project are bound to, as text: links, cookies and host names of another epoch are revoked. */
const epochOf = sql<string>`${project.previewEpoch}::text`;

/** A project's epoch, and the revision that a visitor without a cookie sees in it; no row: there is no such project. */
export const selectAccess = (db: Database, projectId: string, visitor: string) =>
  db
    .select({ epoch: epochOf, revision: previewVisit.revision })
    .from(project)
    .leftJoin(
      previewVisit,
      and(
        eq(previewVisit.projectId, project.id),
        eq(previewVisit.visitor, visitor),
        eq(previewVisit.epoch, epochOf),
        gt(previewVisit.expiresAt, sql`now()`),
      ),
    )
    .where(eq(project.id, projectId));

type LinkUse = { id: string; usedBy: string; projectId: string; epoch: string; expiresAt: Date };

/** Uses a link up. A row comes back to the first attempt alone, and to none where the link's epoch is over. */
export const insertLinkUse = (db: Database, { id, usedBy, projectId, epoch, expiresAt }: LinkUse) =>
  db.execute(sql`
    INSERT INTO ${previewLinkUse} AS known (id, used_by, expires_at)
    SELECT ${id}, ${usedBy}, ${expiresAt.toISOString()}::timestamptz FROM ${project}
      WHERE ${project.id} = ${projectId} AND ${epochOf} = ${epoch}
    ON CONFLICT (id) DO UPDATE SET used_by = excluded.used_by WHERE known.used_by = excluded.used_by
    RETURNING id`);

/** Opens a visit, or the same visitor's at another revision. */
export const upsertVisit = (db: Database, visit: typeof previewVisit.$inferInsert) =>
  db
    .insert(previewVisit)
    .values(visit)
    .onConflictDoUpdate({ target: [previewVisit.projectId, previewVisit.visitor], set: visit });

const nextEpoch = sql`${project.previewEpoch} + 1`;

/** Revokes every link and visit of one project's preview. */
export const revokePreview = (db: Database, ownerId: string, projectId: string) =>
  db
    .update(project)
    .set({ previewEpoch: nextEpoch })
    .where(and(eq(project.id, projectId), eq(project.ownerId, ownerId)));

/** Revokes every link and visit of all of an account's previews. @returns their projects */
export const revokePreviewsOf = (db: Database, ownerId: string) =>
  db
    .update(project)
    .set({ previewEpoch: nextEpoch })
    .where(eq(project.ownerId, ownerId))
    .returning({ projectId: project.id });

const maxSwept = 5_000;

/** Links that would have expired by now, and visits that have. */
export const deleteExpiredLinkUses = (db: Database) =>
  db
    .delete(previewLinkUse)
    .where(
      inArray(
        previewLinkUse.id,
        db
          .select({ id: previewLinkUse.id })
          .from(previewLinkUse)
          .where(lte(previewLinkUse.expiresAt, sql`now()`))
          .limit(maxSwept),
      ),
    );

export const deleteExpiredVisits = (db: Database) =>
  db
    .delete(previewVisit)
    .where(
      inArray(
        sql`(${previewVisit.projectId}, ${previewVisit.visitor})`,
        db
          .select({ projectId: previewVisit.projectId, visitor: previewVisit.visitor })
          .from(previewVisit)
          .where(lte(previewVisit.expiresAt, sql`now()`))
          .limit(maxSwept),
      ),
    );
