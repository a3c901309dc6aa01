import { and, asc, desc, eq, gt, lt, ne, or, type SQL, sql } from "drizzle-orm";
import {
  blob,
  message,
  operation,
  project,
  projectImport,
  publicationOutbox,
  revision,
  revisionChange,
} from "../../drizzle/schema/index.ts";
import type { ImportReport, RevisionFilter } from "../contract/index.ts";
import { beyondKey, createdWithin, type Database, inOrder } from "../database/index.ts";

// Unexecuted statements of the projects module. Each statement that takes a client's id also filters by owner.

export type ProjectRow = typeof project.$inferSelect;
export type RevisionRow = typeof revision.$inferSelect;
export type MessageRow = typeof message.$inferSelect;
export type NewMessageRow = typeof message.$inferInsert;

/** Inserts a project. */
export const insertProject = (db: Database, row: typeof project.$inferInsert) => db.insert(project).values(row);

/**
 * Fails with `limit_reached` when the account has more projects than its plan allows. Runs after the INSERT of a
 * project.
 */
export const requireProjectRoom = (db: Database, ownerId: string, max: number) =>
  db.execute(sql`SELECT require_project_room(${ownerId}, ${max}::int)`);

const owned = (ownerId: string, id: string) => and(eq(project.id, id), eq(project.ownerId, ownerId));

/** Selects a project of an account. */
export const selectProject = (db: Database, ownerId: string, id: string) =>
  db.select().from(project).where(owned(ownerId, id));

/** Selects a project of an account with its import report. */
export const selectProjectWithImport = (db: Database, ownerId: string, id: string) =>
  db
    .select({ project, report: projectImport.report })
    .from(project)
    .leftJoin(projectImport, eq(projectImport.projectId, project.id))
    .where(owned(ownerId, id));

/** Selects a project's import report. */
export const selectImport = (db: Database, projectId: string) =>
  db.select({ report: projectImport.report }).from(projectImport).where(eq(projectImport.projectId, projectId));

/** Inserts a project's import report. */
export const insertImport = (db: Database, projectId: string, report: ImportReport) =>
  db.insert(projectImport).values({ projectId, report });

const etag = sql<string>`project_etag(${project.head}, ${project.updatedAt})`;

type ProjectChange = Partial<Pick<ProjectRow, "name" | "description">>;

/** Whether a change differs from a project's current values. */
const isNew = ({ name, description }: ProjectChange) =>
  or(
    sql`false`,
    name === undefined ? undefined : ne(project.name, name),
    description === undefined ? undefined : ne(project.description, description),
  );

/** Updates a project. Sets the operation's result only when the project existed, matched the ETag and changed. */
export const updateProjectRow = (
  db: Database,
  {
    ownerId,
    id,
    change,
    ifMatch,
    opId,
  }: { ownerId: string; id: string; change: ProjectChange; ifMatch: string | null; opId: string },
) => {
  const changed = db.$with("changed").as(
    db
      .update(project)
      .set({ ...change, updatedAt: sql`clock_timestamp()` })
      .where(and(owned(ownerId, id), ifMatch === null ? undefined : eq(etag, ifMatch), isNew(change)))
      .returning({ id: project.id }),
  );
  return db
    .with(changed)
    .update(operation)
    .set({ result: sql`(SELECT jsonb_build_object('projectId', id) FROM changed)` })
    .where(eq(operation.opId, opId));
};

// drizzle/migrations/0001_batches.sql documents the functions' `meta` and `contents`.

/** Deletes a project with everything that refers to it. */
export const deleteStatement = (db: Database, meta: unknown) =>
  db.execute(sql`SELECT delete_project(${JSON.stringify(meta)}::jsonb)`);

/**
 * Inserts an outbox row, so that the cron removes a deleted project from the preview Worker when the request could not.
 */
export const queuePublicationEnd = (db: Database, projectId: string) =>
  db
    .insert(publicationOutbox)
    .values({ projectId })
    .onConflictDoUpdate({
      target: publicationOutbox.projectId,
      set: { number: sql`excluded.number`, dueAt: sql`excluded.due_at` },
    });

/** Forks a project. */
export const forkStatement = (db: Database, meta: unknown) =>
  db.execute(sql`SELECT fork_project(${JSON.stringify(meta)}::jsonb) AS result`);

type OwnersMeta = { ownerId: string; [more: string]: unknown };

/** Adds the project's ETag to the result of a function that creates a revision, in the same statement. */
const withEtag = (revised: SQL, { ownerId }: OwnersMeta) => sql`
  SELECT done.result || jsonb_build_object('etag', project_etag(p.head, p.updated_at)) AS result
  FROM (SELECT ${revised} AS result OFFSET 0) done,
    LATERAL lock_project(done.result || jsonb_build_object('ownerId', ${ownerId}::text)) p`;

/** Applies a batch. The contents are separate parameters: inside the JSON they would be encoded and parsed twice. */
export const applyBatchStatement = (db: Database, meta: OwnersMeta, contents: string[]) => {
  const texts = sql.join(
    contents.map((content) => sql`${content}`),
    sql`, `,
  );
  return db.execute(withEtag(sql`apply_batch(${JSON.stringify(meta)}::jsonb, ARRAY[${texts}]::text[])`, meta));
};

/** Restores a revision. */
export const restoreStatement = (db: Database, meta: OwnersMeta) =>
  db.execute(withEtag(sql`restore_revision(${JSON.stringify(meta)}::jsonb)`, meta));

type TreeRow = {
  path: string;
  sha256: string;
  bytes: number;
  language: string;
  encoding: "utf-8" | "base64";
  revision: number;
};

const treeColumns = {
  path: sql<string>`t.path`.as("path"),
  sha256: sql<string>`t.sha256`.as("sha256"),
  bytes: sql<number>`t.bytes`.as("bytes"),
  language: sql<string>`t.language`.as("language"),
  encoding: sql<TreeRow["encoding"]>`t.encoding`.as("encoding"),
  revision: sql<number>`t.revision`.as("revision"),
};

/** Selects the tree at a revision. */
export const selectTreeAt = (db: Database, projectId: string, number: number) =>
  db.select(treeColumns).from(sql`tree_at(${projectId}, ${number}) t`).orderBy(sql`t.path COLLATE "C"`);

/** Selects a tree with its contents, for the preview and the archive. */
export const selectSources = (db: Database, projectId: string, number: number) =>
  db
    .select({
      path: sql<string>`t.path`.as("path"),
      encoding: sql<TreeRow["encoding"]>`t.encoding`.as("encoding"),
      stored: blob.encoding,
      content: blob.content,
    })
    .from(sql`tree_at(${projectId}, ${number}) t`)
    .innerJoin(project, eq(project.id, projectId))
    .innerJoin(blob, sql`${blob.space} = ${project.space} AND ${blob.sha256} = t.sha256`)
    .orderBy(sql`t.path COLLATE "C"`);

/** Selects a file's newest change up to a revision, with its content. */
export const selectFile = (db: Database, projectId: string, path: string, at: number) =>
  db
    .select({
      sha256: revisionChange.after,
      bytes: revisionChange.bytes,
      language: revisionChange.language,
      encoding: revisionChange.encoding,
      revision: revisionChange.number,
      stored: blob.encoding,
      content: blob.content,
    })
    .from(revisionChange)
    .innerJoin(project, eq(project.id, revisionChange.projectId))
    .leftJoin(blob, and(eq(blob.space, project.space), eq(blob.sha256, revisionChange.after)))
    .where(
      and(
        eq(revisionChange.projectId, projectId),
        eq(revisionChange.path, path),
        sql`${revisionChange.number} <= ${at}`,
      ),
    )
    .orderBy(desc(revisionChange.number))
    .limit(1);

/** Selects the differences of two trees, by path. */
export const selectDifferences = (db: Database, projectId: string, from: number, to: number) =>
  db
    .select({
      path: sql<string>`coalesce(a.path, b.path)`.as("path"),
      before: sql<string | null>`a.sha256`.as("before"),
      after: sql<string | null>`b.sha256`.as("after"),
      bytes: sql<number>`coalesce(a.bytes, 0) + coalesce(b.bytes, 0)`.as("bytes"),
      isText: sql<boolean>`coalesce(a.encoding, 'utf-8') = 'utf-8' AND coalesce(b.encoding, 'utf-8') = 'utf-8'`.as(
        "is_text",
      ),
    })
    .from(sql`tree_at(${projectId}, ${from}) a FULL JOIN tree_at(${projectId}, ${to}) b ON b.path = a.path`)
    .where(sql`a.sha256 IS DISTINCT FROM b.sha256`)
    .orderBy(sql`coalesce(a.path, b.path) COLLATE "C"`);

/** Selects a project's revisions by a filter. */
export const selectRevisions = (
  db: Database,
  projectId: string,
  { after, limit, filter }: { after: number | null; limit: number; filter: RevisionFilter },
) =>
  db
    .select()
    .from(revision)
    .where(
      and(
        eq(revision.projectId, projectId),
        beyondKey(revision.number, after, filter.order),
        filter.agent === undefined
          ? undefined
          : and(eq(revision.authorKind, "agent"), eq(revision.authorName, filter.agent)),
        ...createdWithin(revision.createdAt, filter),
      ),
    )
    .orderBy(inOrder(revision.number, filter.order))
    .limit(limit);

/** Selects one revision. */
export const selectRevision = (db: Database, projectId: string, number: number) =>
  db
    .select()
    .from(revision)
    .where(and(eq(revision.projectId, projectId), eq(revision.number, number)));

/** Selects the changes of one revision, by path. */
export const selectChanges = (db: Database, projectId: string, number: number) =>
  db
    .select()
    .from(revisionChange)
    .where(
      and(
        eq(revisionChange.projectId, projectId),
        eq(revisionChange.number, number),
        // The source of a move is listed with its target.
        sql`NOT (${revisionChange.action} = 'moved' AND ${revisionChange.after} IS NULL)`,
      ),
    )
    .orderBy(sql`${revisionChange.path} COLLATE "C"`);

/** Selects a project's messages. */
export const selectMessages = (
  db: Database,
  { projectId, after, order, limit }: { projectId: string; after: string | null; order: "asc" | "desc"; limit: number },
) =>
  db
    .select()
    .from(message)
    .where(
      and(
        eq(message.projectId, projectId),
        after === null ? undefined : order === "asc" ? gt(message.id, after) : lt(message.id, after),
      ),
    )
    .orderBy(order === "asc" ? asc(message.id) : desc(message.id))
    .limit(limit);

/** Locks a project, so that it cannot be deleted before the transaction ends; no row when it is deleted already. */
export const keepProject = (db: Database, id: string) =>
  db.select({ id: project.id }).from(project).where(eq(project.id, id)).for("no key update");

/** Inserts a run's messages in the transaction that ends it. Idempotent; does nothing for a deleted project. */
export const insertMessages = (db: Database, projectId: string, rows: NewMessageRow[]) =>
  db.execute(sql`SELECT add_messages(${projectId}, ${JSON.stringify(rows)}::jsonb)`);
