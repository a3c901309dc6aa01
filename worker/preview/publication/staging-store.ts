import { and, eq, inArray, isNotNull, lte, sql } from "drizzle-orm";
import { operation, project, publishedVersion, stagedPublication } from "../../../drizzle/schema/index.ts";
import type { Database, Statement } from "../../database/index.ts";
import { keepVersion, queueSync } from "../store.ts";

// Unexecuted statements for staged apps.

type Owned = { ownerId: string; projectId: string };

/** Selects the staged app of a project, even a discarded one; `live` when its build is the public build. */
export const selectStaged = (db: Database, projectId: string) =>
  db
    .select({
      number: stagedPublication.number,
      label: stagedPublication.label,
      revision: stagedPublication.revision,
      stagedAt: stagedPublication.stagedAt,
      dueAt: stagedPublication.dueAt,
      live: sql<boolean>`EXISTS (SELECT FROM ${project} p JOIN ${publishedVersion} v ON v.project_id = p.id
        AND v.number = p.published_build WHERE p.id = ${projectId} AND p.published_revision IS NOT NULL
        AND v.staged = ${stagedPublication}.number)`,
    })
    .from(stagedPublication)
    .where(eq(stagedPublication.projectId, projectId));

/** Selects the projects of an account with a staged app. */
export const selectStagedOf = (db: Database, ownerId: string) =>
  db
    .select({ projectId: stagedPublication.projectId })
    .from(stagedPublication)
    .innerJoin(project, eq(project.id, stagedPublication.projectId))
    .where(and(eq(project.ownerId, ownerId), isNotNull(stagedPublication.revision)));

type Staging = Owned & { revision: number; label: string; address: { before: string; after: string }; opId: string };

/**
 * Stages a revision. The label stays until the app is discarded; `address` has the parts of the URL before and after the
 * label. The operation's result is the event's data; it stays null when the project does not exist.
 */
export const stageRow = (db: Database, { ownerId, projectId, revision, label, address, opId }: Staging): Statement =>
  db.execute(sql`
    WITH changed AS (
      INSERT INTO ${stagedPublication} AS known (project_id, number, label, revision)
      SELECT id, 1, ${label}, ${revision}::integer FROM ${project} WHERE id = ${projectId} AND owner_id = ${ownerId}
      ON CONFLICT (project_id) DO UPDATE SET number = known.number + 1, label = coalesce(known.label, excluded.label),
        revision = excluded.revision, staged_at = now(), due_at = now()
      RETURNING project_id, label)
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.project_id, 'revision', ${revision}::integer,
      'url', ${address.before}::text || changed.label || ${address.after}::text) FROM changed WHERE op_id = ${opId}`);

type Promotion = Owned & { revision: number | null; url: string; opId: string };

/**
 * Publishes the staged build. The operation's result is the event's data; it stays null when nothing is staged, or
 * another revision than `revision`.
 */
export const promoteRow = (db: Database, { ownerId, projectId, revision, url, opId }: Promotion): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'public', published_revision = s.revision, publication = publication + 1,
        published_build = publication + 1, preview_epoch = preview_epoch + (visibility = 'private')::integer,
        updated_at = clock_timestamp()
      FROM ${stagedPublication} s
      WHERE ${project.id} = ${projectId} AND ${project.ownerId} = ${ownerId} AND s.project_id = ${project.id}
        AND s.revision = coalesce(${revision}::integer, s.revision)
      RETURNING ${project.id}, publication, s.revision, s.number AS staged), ${queueSync}, ${keepVersion}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.id, 'revision', changed.revision,
      'url', ${url}::text) FROM changed WHERE op_id = ${opId}`);

/** Ends a staged app. Idempotent: changes nothing when nothing is staged. */
export const discardRow = (db: Database, { ownerId, projectId }: Owned) =>
  db
    .update(stagedPublication)
    .set({ label: null, revision: null, number: sql`${stagedPublication.number} + 1`, dueAt: sql`now()` })
    .where(
      and(
        eq(stagedPublication.projectId, projectId),
        isNotNull(stagedPublication.revision),
        sql`EXISTS (SELECT FROM ${project} p WHERE p.id = ${projectId} AND p.owner_id = ${ownerId})`,
      ),
    );

/** Records that the preview Worker has a change, unless a later change has followed. */
export const markSynced = (db: Database, projectId: string, number: number) =>
  db
    .update(stagedPublication)
    .set({ dueAt: null })
    .where(and(eq(stagedPublication.projectId, projectId), eq(stagedPublication.number, number)));

/** Leases changes that are due for a minute, so that failing ones do not block the others. */
export const claimDueStagings = (db: Database, limit: number) =>
  db
    .update(stagedPublication)
    .set({ dueAt: sql`now() + interval '1 minute'` })
    .where(
      inArray(
        stagedPublication.projectId,
        db
          .select({ projectId: stagedPublication.projectId })
          .from(stagedPublication)
          .where(lte(stagedPublication.dueAt, sql`now()`))
          .orderBy(stagedPublication.dueAt)
          .limit(limit),
      ),
    )
    .returning({ projectId: stagedPublication.projectId });

/** Selects the project whose staged app has a label. */
export const selectProjectAtLabel = (db: Database, label: string) =>
  db
    .select({ projectId: stagedPublication.projectId })
    .from(stagedPublication)
    .where(eq(stagedPublication.label, label));
