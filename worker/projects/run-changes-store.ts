import { and, eq, sql } from "drizzle-orm";
import { blob, project, revision, revisionChange } from "../../drizzle/schema/index.ts";
import type { Encoding } from "../contract/index.ts";
import type { Database } from "../database/index.ts";

/** A path that a run changed, with the content from before the run, or null. */
export type RunChangeRow = {
  path: string;
  /** The run's last revision that changed the path. */
  last: number;
  encoding: Encoding | null;
  language: string | null;
  content: string | null;
  stored: Encoding | null;
};

/** Selects a run's changes that the head's tree still shows, by path. */
export const selectRunChanges = (db: Database, projectId: string, runId: string) =>
  db
    .select({
      path: sql<string>`e.path`.as("path"),
      last: sql<number>`e.last`.as("last"),
      encoding: sql<RunChangeRow["encoding"]>`p.encoding`.as("encoding"),
      language: sql<RunChangeRow["language"]>`p.language`.as("language"),
      content: sql<RunChangeRow["content"]>`b.content`.as("content"),
      stored: sql<RunChangeRow["stored"]>`b.encoding`.as("stored"),
    })
    .from(
      sql`(
        SELECT c.path, min(c.number) AS first, max(c.number) AS last
        FROM ${revision} r JOIN ${revisionChange} c ON c.project_id = r.project_id AND c.number = r.number
        WHERE r.project_id = ${projectId} AND r.run_id = ${runId}
        GROUP BY c.path
      ) e
      JOIN ${project} o ON o.id = ${projectId}
      LEFT JOIN LATERAL (
        SELECT c.after, c.encoding, c.language FROM ${revisionChange} c
        WHERE c.project_id = ${projectId} AND c.path = e.path AND c.number < e.first
        ORDER BY c.number DESC LIMIT 1
      ) p ON true
      LEFT JOIN LATERAL (
        SELECT c.after FROM ${revisionChange} c
        WHERE c.project_id = ${projectId} AND c.path = e.path
        ORDER BY c.number DESC LIMIT 1
      ) n ON true
      LEFT JOIN ${blob} b ON b.space = o.space AND b.sha256 = p.after`,
    )
    .where(sql`p.after IS DISTINCT FROM n.after`)
    .orderBy(sql`e.path COLLATE "C"`);

/** Selects the number of the revision before a run's first one; null for a run without revisions. */
export const selectRevisionBeforeRun = (db: Database, projectId: string, runId: string) =>
  db
    .select({ before: sql<number | null>`min(${revision.number}) - 1`.as("before") })
    .from(revision)
    .where(and(eq(revision.projectId, projectId), eq(revision.runId, runId)));
