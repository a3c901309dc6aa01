import { and, eq, gt, inArray, lte, sql } from "drizzle-orm";
import {
  operation,
  previewLinkUse,
  previewVisit,
  project,
  projectMember,
  publicationOutbox,
  publishedVersion,
} from "../../drizzle/schema/index.ts";
import { keptVersions } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

type Publishing = { ownerId: string; projectId: string; revision: number; url: string; opId: string };

/**
 * Inserts or updates the outbox row of a publication's change. The change is synced right after the commit; the row
 * serves the cron's retry.
 */
export const queueSync = sql`
  untold AS (
    INSERT INTO ${publicationOutbox} (project_id, number) SELECT id, publication FROM changed
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at)`;

/** Stores the new publication of `changed` among the versions that can be restored, and drops the oldest excess one. */
export const keepVersion = sql`
    version AS (
      INSERT INTO ${publishedVersion} (project_id, number, revision, staged)
      SELECT id, publication, revision, staged FROM changed),
    outdated AS (
      DELETE FROM ${publishedVersion} v USING changed WHERE v.project_id = changed.id AND v.number IN (
        SELECT number FROM ${publishedVersion} WHERE project_id = changed.id ORDER BY number DESC
          OFFSET ${keptVersions - 1}))`;

/** Publishes a revision. The operation's result is the event's data; it stays null when the project does not exist. */
export const publishRow = (db: Database, { ownerId, projectId, revision, url, opId }: Publishing): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'public', published_revision = ${revision}, publication = publication + 1,
        published_build = publication + 1, preview_epoch = preview_epoch + (visibility = 'private')::integer, updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId}
      RETURNING id, publication, published_revision AS revision, NULL::integer AS staged), ${queueSync}, ${keepVersion}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.id, 'revision', ${revision}::integer,
      'url', ${url}::text) FROM changed WHERE op_id = ${opId}`);

/** Makes a public project private. Idempotent: a private project stays unchanged. */
export const unpublishRow = (db: Database, ownerId: string, projectId: string) =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'private', published_revision = NULL, published_build = NULL,
        publication = publication + 1,
        preview_epoch = preview_epoch + 1, updated_at = clock_timestamp()
      WHERE id = ${projectId} AND owner_id = ${ownerId} AND visibility = 'public' RETURNING id, publication), ${queueSync}
    SELECT id FROM changed`);

/**
 * Selects a project's published revision, the number of its publication, the publication whose build is public, and the
 * staging that the build was made for.
 */
export const selectPublication = (db: Database, projectId: string) =>
  db
    .select({
      number: project.publication,
      revision: project.publishedRevision,
      build: project.publishedBuild,
      staged: publishedVersion.staged,
    })
    .from(project)
    .leftJoin(
      publishedVersion,
      and(eq(publishedVersion.projectId, project.id), eq(publishedVersion.number, project.publishedBuild)),
    )
    .where(eq(project.id, projectId));

/** Deletes the outbox row of a synced publication, unless a later change has replaced it. */
export const deletePendingPublication = (db: Database, projectId: string, number: number | null) =>
  db
    .delete(publicationOutbox)
    .where(
      and(eq(publicationOutbox.projectId, projectId), sql`${publicationOutbox.number} IS NOT DISTINCT FROM ${number}`),
    );

/** Leases pending publications for a minute, so that failing ones do not block the others. */
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

/**
 * The epoch, as text, of a project's valid links, cookies and host names; those of another epoch are revoked.
 */
const epochOf = sql<string>`${project.previewEpoch}::text`;

/** Selects a project's epoch, and the revision of a visitor's open visit; no row when the project does not exist. */
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

/** Consumes a link. Returns a row only to the first attempt, and none when the link's epoch is over. */
export const insertLinkUse = (db: Database, { id, usedBy, projectId, epoch, expiresAt }: LinkUse) =>
  db.execute(sql`
    INSERT INTO ${previewLinkUse} AS known (id, used_by, expires_at)
    SELECT ${id}, ${usedBy}, ${expiresAt.toISOString()}::timestamptz FROM ${project}
      WHERE ${project.id} = ${projectId} AND ${epochOf} = ${epoch}
    ON CONFLICT (id) DO UPDATE SET used_by = excluded.used_by WHERE known.used_by = excluded.used_by
    RETURNING id`);

/** Inserts a visit, or moves the visitor's visit to another revision. */
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

/**
 * Revokes every link and visit of all of an account's previews and of those that are shared with it, and returns their
 * projects' ids.
 */
export const revokePreviewsOf = (db: Database, ownerId: string) =>
  db
    .update(project)
    .set({ previewEpoch: nextEpoch })
    .where(
      sql`${project.id} IN (SELECT id FROM ${project} WHERE owner_id = ${ownerId}
        UNION ALL SELECT project_id FROM ${projectMember} WHERE user_id = ${ownerId})`,
    )
    .returning({ projectId: project.id });

const maxSwept = 5_000;

/** Deletes records of used links that have expired. */
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

/** Deletes expired visits. */
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
