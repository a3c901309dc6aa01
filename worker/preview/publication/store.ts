import { and, desc, eq, isNull, lt, type SQL, sql } from "drizzle-orm";
import { operation, project, publishedName, publishedVersion } from "../../../drizzle/schema/index.ts";
import type { Database, Statement } from "../../database/index.ts";
import { queueSync } from "../store.ts";

// Unexecuted statements for the names and versions of publications.

/** How long a released name stays reserved for the account that had it. */
const reservedFor = sql.raw("interval '30 days'");

type Owned = { ownerId: string; projectId: string };

const owned = ({ ownerId, projectId }: Owned): SQL | undefined =>
  and(eq(project.id, projectId), eq(project.ownerId, ownerId));

/** Selects the chosen name of an account's project. */
export const selectName = (db: Database, key: Owned) =>
  db.select({ name: project.publishedName }).from(project).where(owned(key));

/** Locks the project, so that concurrent requests choose its name one after the other. */
export const lockProject = (db: Database, key: Owned) =>
  db.select({ id: project.id }).from(project).where(owned(key)).for("update");

/**
 * Claims a name for a project: a free name, a name that the same account released, or a name that was released long ago.
 * Returns no row when another project has the name or an account reserves it.
 */
export const claimName = (db: Database, key: Owned, name: string) =>
  db.execute<{ name: string }>(sql`
    INSERT INTO ${publishedName} AS known (name, owner_id, project_id)
    SELECT ${name}, owner_id, id FROM ${project} WHERE ${owned(key)}
    ON CONFLICT (name) DO UPDATE
      SET owner_id = excluded.owner_id, project_id = excluded.project_id, released_at = NULL, claimed_at = now()
      WHERE known.project_id = excluded.project_id
        OR (known.project_id IS NULL AND known.owner_id = excluded.owner_id)
        OR (known.project_id IS NULL AND known.released_at < now() - ${reservedFor})
    RETURNING name`);

const holds = (name: string) =>
  sql`EXISTS (SELECT FROM ${publishedName} n WHERE n.name = ${name} AND n.project_id = ${project.id})`;

/** Sets the project's name when it holds the name. */
export const setName = (db: Database, key: Owned, name: string) =>
  db
    .update(project)
    .set({ publishedName: name, updatedAt: sql`clock_timestamp()` })
    .where(and(owned(key), sql`${project.publishedName} IS DISTINCT FROM ${name}`, holds(name)))
    .returning({ id: project.id });

/** Releases every name of the project except its current name. */
export const releaseOtherNames = (db: Database, { projectId }: Owned) =>
  db
    .update(publishedName)
    .set({ projectId: null, releasedAt: sql`now()` })
    .where(
      and(
        eq(publishedName.projectId, projectId),
        sql`${publishedName.name} IS DISTINCT FROM (SELECT p.published_name FROM ${project} p WHERE p.id = ${projectId})`,
      ),
    );

/** Removes the project's name. */
export const unsetName = (db: Database, key: Owned) =>
  db
    .update(project)
    .set({ publishedName: null, updatedAt: sql`clock_timestamp()` })
    .where(and(owned(key), sql`${project.publishedName} IS NOT NULL`));

/** Selects the project at a name. */
export const selectProjectAtName = (db: Database, name: string) =>
  db.select({ projectId: publishedName.projectId }).from(publishedName).where(eq(publishedName.name, name));

/** Starts the reservation of the names of deleted projects. */
export const markReleased = (db: Database) =>
  db
    .update(publishedName)
    .set({ releasedAt: sql`now()` })
    .where(and(isNull(publishedName.projectId), isNull(publishedName.releasedAt)));

/** Deletes released names that are no longer reserved. */
export const deleteReleased = (db: Database) =>
  db
    .delete(publishedName)
    .where(and(isNull(publishedName.projectId), lt(publishedName.releasedAt, sql`now() - ${reservedFor}`)));

/** Selects a page of a project's versions, newest first. */
export const selectVersions = (
  db: Database,
  projectId: string,
  { after, limit }: { after: number | null; limit: number },
) =>
  db
    .select({
      number: publishedVersion.number,
      revision: publishedVersion.revision,
      createdAt: publishedVersion.createdAt,
      live: sql<boolean>`${project.publishedRevision} IS NOT NULL AND ${project.publishedBuild} IS NOT DISTINCT FROM ${publishedVersion.number}`,
    })
    .from(publishedVersion)
    .innerJoin(project, eq(project.id, publishedVersion.projectId))
    .where(
      and(eq(publishedVersion.projectId, projectId), after === null ? undefined : lt(publishedVersion.number, after)),
    )
    .orderBy(desc(publishedVersion.number))
    .limit(limit);

type Restoring = Owned & { number: number; url: string; opId: string };

/**
 * Makes the build of an earlier version public. The operation's result is the event's data; it stays null when the
 * version does not exist.
 */
export const restoreVersionRow = (db: Database, { ownerId, projectId, number, url, opId }: Restoring): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${project} SET visibility = 'public', published_revision = v.revision, published_build = v.number,
        publication = publication + 1, preview_epoch = preview_epoch + (visibility = 'private')::integer,
        updated_at = clock_timestamp()
      FROM ${publishedVersion} v
      WHERE ${project.id} = ${projectId} AND ${project.ownerId} = ${ownerId}
        AND v.project_id = ${project.id} AND v.number = ${number}
      RETURNING ${project.id}, publication, v.revision), ${queueSync}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.id, 'revision', changed.revision,
      'url', ${url}::text) FROM changed WHERE op_id = ${opId}`);
