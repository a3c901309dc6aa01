import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { blob, project, revisionChange } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

// Unexecuted statements about contents, which lie in a space by their hash.

/**
 * What a project may read of its space. A space can be shared with forks, whose later contents are not this project's:
 * there a content counts only where the project's own history names it.
 */
const readable = (projectId: string, hashes: string[]) =>
  and(
    inArray(blob.sha256, hashes),
    sql`((SELECT count(*) FROM project other WHERE other.space = ${project.space}) = 1 OR EXISTS (
      SELECT FROM revision_change c WHERE c.project_id = ${projectId} AND c.after = ${blob.sha256}))`,
  );

const ofSpace = (projectId: string) => and(eq(project.id, projectId), eq(project.space, blob.space));

/** Contents of a project by hash. */
export const selectBlobs = (db: Database, projectId: string, hashes: string[]) =>
  db
    .select({ sha256: blob.sha256, encoding: blob.encoding, content: blob.content, bytes: blob.bytes })
    .from(blob)
    .innerJoin(project, ofSpace(projectId))
    .where(readable(projectId, hashes));

/**
 * Contents of a project by hash, one after the other in the order asked for, as the base64 of their bytes without line
 * breaks. Whether the project may read them is not asked: the hashes are of a tree of its own.
 */
export const selectBytes = (db: Database, projectId: string, hashes: string[]) =>
  db
    .select({
      base64: sql`replace(encode(string_agg(
        CASE ${blob.encoding} WHEN 'base64' THEN decode(${blob.content}, 'base64') ELSE convert_to(${blob.content}, 'UTF8') END,
        ''::bytea ORDER BY asked.place), 'base64'), E'\\n', '')`.as("base64"),
    })
    .from(sql`jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) WITH ORDINALITY asked(sha256, place)`)
    .innerJoin(project, eq(project.id, projectId))
    .innerJoin(blob, and(eq(blob.space, project.space), sql`${blob.sha256} = asked.sha256`));

/** Where a content lies that the project may read, without the content. */
export const selectBlobRight = (db: Database, projectId: string, sha256: string) =>
  db
    .select({ space: blob.space, encoding: blob.encoding, bytes: blob.bytes })
    .from(blob)
    .innerJoin(project, ofSpace(projectId))
    .where(readable(projectId, [sha256]));

/** Which of these contents a file at one of these paths has held as something other than text. */
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

export const insertBlobs = (db: Database, rows: NewBlobRow[]) => db.insert(blob).values(rows).onConflictDoNothing();

/** Contents of spaces whose import never became a project. Spaces are project ids, which sort by time. */
export const deleteOrphans = (db: Database, olderThanSpace: string) =>
  db
    .delete(blob)
    .where(
      and(lt(blob.space, olderThanSpace), sql`NOT EXISTS (SELECT FROM project WHERE project.space = ${blob.space})`),
    );
