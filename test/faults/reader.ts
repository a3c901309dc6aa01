import { Pool } from "pg";

export type StoredRevision = {
  number: number;
  op_id: string;
  run_id: string | null;
  message: string;
  created: number;
  updated: number;
  deleted: number;
  paths: string[];
};
export type StoredRun = { status: string; last_seq: number; error: unknown };

/** Reads the tables directly over PostgreSQL's protocol, by separate statements, bypassing Edgesmith. */
export function openReader(databaseUrl: string) {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 });
  // Killing the server breaks idle connections, which the pool replaces.
  pool.on("error", (error) => console.log(`the reader's connection broke: ${error.message}`));
  const rows = async <Row extends object>(query: string, ...values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>(query, values)).rows;
  const count = async (query: string, ...values: unknown[]): Promise<number> =>
    Number((await rows<{ count: string }>(query, ...values))[0]?.count);
  return {
    rows,
    count,
    head: async (projectId: string) =>
      (await rows<{ head: number }>("SELECT head FROM project WHERE id = $1", projectId))[0]?.head,
    run: async (runId: string) =>
      (await rows<StoredRun>("SELECT status, last_seq, error FROM run WHERE id = $1", runId))[0],
    revisions: (projectId: string) =>
      rows<StoredRevision>(
        `SELECT number, op_id, run_id, message, created, updated, deleted,
           ARRAY(SELECT path FROM revision_change c
             WHERE c.project_id = r.project_id AND c.number = r.number ORDER BY path) AS paths
         FROM revision r WHERE project_id = $1 ORDER BY number`,
        projectId,
      ),
    files: (projectId: string) =>
      rows<{ path: string; content: string; revision: number }>(
        `SELECT f.path, b.content, f.revision FROM file f JOIN project p ON p.id = f.project_id
         JOIN blob b ON b.space = p.space AND b.sha256 = f.sha256 WHERE p.id = $1 ORDER BY f.path`,
        projectId,
      ),
    /** Returns the number of outbox rows of a type for a project. */
    outboxCount: (projectId: string, type: string) =>
      count("SELECT count(*) FROM event WHERE project_id = $1 AND type = $2", projectId, type),
    operations: (opIds: string[]) => count("SELECT count(*) FROM operation WHERE op_id = ANY($1)", opIds),
    close: () => pool.end(),
  };
}
export type Reader = ReturnType<typeof openReader>;
