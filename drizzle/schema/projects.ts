import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";

export const project = pgTable(
  "project",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** The number of the newest revision; 0 before the first batch. */
    head: integer("head").notNull().default(0),
    visibility: text("visibility", { enum: ["private", "public"] })
      .notNull()
      .default("private"),
    /** The published revision; null when the project is private. */
    publishedRevision: integer("published_revision"),
    /**
     * Incremented whenever the project is published or taken offline, so that the later of two notices wins in either
     * order of arrival.
     */
    publication: integer("publication").notNull().default(0),
    /** The `publication` whose build is public: an earlier one after a version was restored. */
    publishedBuild: integer("published_build"),
    /** The chosen name of its public address, as in `published_name`; null for the address by its id. */
    publishedName: text("published_name"),
    /** Whether anybody with an account may copy the published revision into a project of their own. */
    isCopyable: boolean("is_copyable").notNull().default(false),
    /** The epoch of new preview links and visits. Incrementing it revokes all earlier ones. */
    previewEpoch: integer("preview_epoch").notNull().default(0),
    /** The namespace of the blobs that its hashes refer to: the project's own id, or for a fork that of its origin. */
    space: text("space").notNull(),
    /** Bytes of its history and its conversation, without the contents, which a fork may share. */
    logBytes: bigint("log_bytes", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("project_owner_id").on(t.ownerId, t.id), index("project_space").on(t.space)],
);

/**
 * The outbox of publications that the preview Worker has not acknowledged. A row outlives its project, since a deletion
 * is published through it too.
 */
export const publicationOutbox = pgTable(
  "publication_outbox",
  {
    projectId: text("project_id").primaryKey(),
    /** The project's `publication` at that time; null when the project was deleted. */
    number: integer("number"),
    /** When the sweep retries the notice. The operation that made the change sends it before that. */
    dueAt: moment("due_at").notNull().default(sql`now() + interval '30 seconds'`),
  },
  (t) => [index("publication_outbox_due_at").on(t.dueAt)],
);

/** Storage of an account. Triggers count its projects; writes to a history or a conversation add their bytes. */
export const accountStorage = pgTable("account_storage", {
  ownerId: text("owner_id")
    .primaryKey()
    .references(() => user.id, { onDelete: "cascade" }),
  projects: integer("projects").notNull().default(0),
  bytes: bigint("bytes", { mode: "number" }).notNull().default(0),
});

/**
 * Namespaces whose blobs may belong to no project: an import adds its own before filling it, and so does the deletion
 * of a namespace's last project. When a row is due the sweep deletes its blobs unless a project uses the namespace.
 */
export const unownedSpace = pgTable(
  "unowned_space",
  {
    space: text("space").primaryKey(),
    dueAt: moment("due_at").notNull(),
  },
  (t) => [index("unowned_space_due_at").on(t.dueAt)],
);

const projectId = () =>
  text("project_id")
    .notNull()
    .references(() => project.id, { onDelete: "cascade" });

/**
 * Contents by the hash of their bytes, so that a restore or a fork copies none. A project and its forks share a
 * namespace; an import fills one before its project exists.
 */
export const blob = pgTable(
  "blob",
  {
    space: text("space").notNull(),
    sha256: text("sha256").notNull(),
    /** The encoding of the bytes in `content`. */
    encoding: text("encoding", { enum: ["utf-8", "base64"] }).notNull(),
    content: text("content").notNull(),
    bytes: integer("bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.space, t.sha256] })],
);

/** The tree at the head revision. */
export const file = pgTable(
  "file",
  {
    projectId: projectId(),
    path: text("path").notNull(),
    sha256: text("sha256").notNull(),
    bytes: integer("bytes").notNull(),
    language: text("language").notNull(),
    encoding: text("encoding", { enum: ["utf-8", "base64"] }).notNull(),
    revision: integer("revision").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.path] })],
);

export const revision = pgTable(
  "revision",
  {
    projectId: projectId(),
    number: integer("number").notNull(),
    opId: text("op_id").notNull(),
    authorKind: text("author_kind", { enum: ["user", "token", "agent", "system"] }).notNull(),
    authorId: text("author_id").notNull(),
    authorName: text("author_name").notNull(),
    runId: text("run_id"),
    message: text("message").notNull(),
    created: integer("created").notNull(),
    updated: integer("updated").notNull(),
    deleted: integer("deleted").notNull(),
    moved: integer("moved").notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.number] })],
);

/** The change of a path in a revision. A move is two rows: `deleted` at the old path, `moved` at the new one. */
export const revisionChange = pgTable(
  "revision_change",
  {
    projectId: projectId(),
    number: integer("number").notNull(),
    path: text("path").notNull(),
    action: text("action", { enum: ["created", "updated", "deleted", "moved"] }).notNull(),
    before: text("before"),
    after: text("after"),
    from: text("from_path"),
    bytes: integer("bytes").notNull(),
    language: text("language").notNull(),
    encoding: text("encoding", { enum: ["utf-8", "base64"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.number, t.path] }),
    // A tree at revision N is the last change at or before N for each path.
    index("revision_change_path").on(t.projectId, t.path, t.number.desc()),
  ],
);

/**
 * The files that an import skipped and the folder that is built, as of the import: {skipped, skippedTotal, root,
 * roots}.
 */
export const projectImport = pgTable("project_import", {
  projectId: projectId().primaryKey(),
  report: jsonb("report").notNull(),
});

/** Makes a commit exactly once: its row is inserted first, and a second insert fails. */
export const operation = pgTable(
  "operation",
  {
    opId: text("op_id").primaryKey(),
    kind: text("kind").notNull(),
    result: jsonb("result"),
    createdAt: createdAt(),
  },
  (t) => [
    index("operation_start_created_at").on(t.createdAt).where(sql`kind = 'run.created'`),
    index("operation_other_created_at").on(t.createdAt).where(sql`kind <> 'run.created'`),
  ],
);

export const message = pgTable(
  "message",
  {
    id: text("id").primaryKey(),
    projectId: projectId(),
    runId: text("run_id"),
    role: text("role", { enum: ["user", "assistant"] }).notNull(),
    agent: text("agent"),
    content: jsonb("content").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("message_project_id").on(t.projectId, t.id), index("message_run_id").on(t.runId)],
);

export const run = pgTable(
  "run",
  {
    id: text("id").primaryKey(),
    projectId: projectId(),
    ownerId: text("owner_id").notNull(),
    status: text("status", {
      enum: ["queued", "running", "waiting", "completed", "failed", "cancelled"],
    }).notNull(),
    prompt: text("prompt").notNull(),
    /** The request besides the prompt: mode, requested agent, budget, number of images, actor. */
    request: jsonb("request").notNull(),
    agent: text("agent"),
    routing: jsonb("routing"),
    mode: text("mode", { enum: ["build", "plan", "ask"] }).notNull(),
    scripted: boolean("scripted").notNull().default(false),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull().default(0),
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull().default(0),
    cacheReadTokens: bigint("cache_read_tokens", { mode: "number" }).notNull().default(0),
    cacheWriteTokens: bigint("cache_write_tokens", { mode: "number" }).notNull().default(0),
    microUsd: bigint("micro_usd", { mode: "number" }).notNull().default(0),
    error: jsonb("error"),
    /**
     * The model that answered, and its steps: [{step, stopReason, usage, parts}], `parts` of the message's content
     * each.
     */
    model: text("model"),
    steps: jsonb("steps"),
    /** The result: {revision, paths, text}; null until the run has ended. */
    outcome: jsonb("outcome"),
    /** The revision that undid the run's changes; null unless they are undone. A restore of an earlier revision clears it. */
    undoneBy: integer("undone_by"),
    lastSeq: integer("last_seq").notNull().default(0),
    createdAt: createdAt(),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
  },
  (t) => [
    index("run_project_id").on(t.projectId, t.id),
    index("run_owner_id").on(t.ownerId, t.createdAt),
    index("run_unended").on(t.status, t.createdAt),
    index("run_undone").on(t.projectId, t.id).where(sql`undone_by IS NOT NULL`),
  ],
);
