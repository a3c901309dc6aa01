import { and, eq, inArray, sql } from "drizzle-orm";
import { accountStorage, blob, project, revisionChange, unownedSpace } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

// Unexecuted statements on contents, which are stored by their hash in a space.

/**
 * Restricts a query to the contents that a project may read. A space may be shared with forks, whose later contents do
 * not belong to this project: then only contents in the project's own history match.
 */
const readable = (projectId: string, hashes: string[]) =>
  and(
    inArray(blob.sha256, hashes),
    sql`((SELECT count(*) FROM project other WHERE other.space = ${project.space}) = 1 OR EXISTS (
      SELECT FROM revision_change c WHERE c.project_id = ${projectId} AND c.after = ${blob.sha256}))`,
  );

const ofSpace = (projectId: string) => and(eq(project.id, projectId), eq(project.space, blob.space));

/** Selects contents of a project by hash. */
export const selectBlobs = (db: Database, projectId: string, hashes: string[]) =>
  db
    .select({ sha256: blob.sha256, encoding: blob.encoding, content: blob.content, bytes: blob.bytes })
    .from(blob)
    .innerJoin(project, ofSpace(projectId))
    .where(readable(projectId, hashes));

/**
 * Selects contents of a project by hash, concatenated in the given order, as the base64 of their bytes without line
 * breaks. Does not check readability: the caller's hashes come from the project's own tree.
 */
export const selectBytes = (db: Database, projectId: string, hashes: string[]) =>
  db
    .select({
      base64: sql`replace(encode(string_agg(
        CASE ${blob.encoding} WHEN 'base64' THEN decode(${blob.content}, 'base64') ELSE convert_to(${blob.content}, 'UTF8') END,
        ''::bytea ORDER BY wanted.place), 'base64'), E'\\n', '')`.as("base64"),
    })
    .from(sql`jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) WITH ORDINALITY wanted(sha256, place)`)
    .innerJoin(project, eq(project.id, projectId))
    .innerJoin(blob, and(eq(blob.space, project.space), sql`${blob.sha256} = wanted.sha256`));

/** Selects the space of a content that the project may read, without the content. */
export const selectBlobRight = (db: Database, projectId: string, sha256: string) =>
  db
    .select({ space: blob.space, encoding: blob.encoding, bytes: blob.bytes })
    .from(blob)
    .innerJoin(project, ofSpace(projectId))
    .where(readable(projectId, [sha256]));

/** Selects which of these contents were binary in a file at one of these paths. */
export const selectBinary = (db: Database, projectId: string, paths: string[], hashes: string[]) =>
  db
    .select({ sha256: revisionChange.after })
    .from(revisionChange)
    .where(
      and(
        eq(revisionChange.projectId, projectId),
        inArray(revisionChange.path, paths),
        inArray(revisionChange.after, hashes),
        eq(revisionChange.encoding, "base64"),
      ),
    );

export type NewBlobRow = typeof blob.$inferInsert;

/** Inserts contents that the space does not have. */
export const insertBlobs = (db: Database, rows: NewBlobRow[]) => db.insert(blob).values(rows).onConflictDoNothing();

/** Registers a space that an import is about to fill; the sweep deletes it when no project follows within an hour. */
export const registerSpace = (db: Database, space: string) =>
  db.insert(unownedSpace).values({ space, dueAt: sql`now() + interval '1 hour'` }).onConflictDoNothing();

/** Makes a space due for the sweep, after a failed import. */
export const endSpace = (db: Database, space: string) =>
  db.update(unownedSpace).set({ dueAt: sql`now()` }).where(eq(unownedSpace.space, space));

/**
 * Deletes the contents of due spaces without a project, and their registrations.
 * @param spaces the maximum number of spaces
 */
export const deleteUnowned = (db: Database, spaces: number) =>
  db.execute(sql`
    WITH due AS (
      SELECT space FROM unowned_space WHERE due_at <= now() ORDER BY due_at LIMIT ${spaces} FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM blob USING due WHERE blob.space = due.space
        AND NOT EXISTS (SELECT FROM project WHERE project.space = due.space)
    )
    DELETE FROM unowned_space USING due WHERE unowned_space.space = due.space`);

/** Selects an account's stored bytes and number of projects; no row when it never had a project. */
export const selectStorage = (db: Database, ownerId: string) =>
  db
    .select({ projects: accountStorage.projects, bytes: accountStorage.bytes })
    .from(accountStorage)
    .where(eq(accountStorage.ownerId, ownerId));
