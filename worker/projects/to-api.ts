import type { Config } from "../config/index.ts";
import type { Message, Project, ProjectRole, Revision } from "../contract/index.ts";
import { publicUrlOf } from "./public-url.ts";
import type { MessageRow, ProjectRow, RevisionRow } from "./store.ts";

// Conversions of rows to the contract's shapes.

/** Returns the API's representation of a project, for a caller in this role. */
export const toProject = (config: Config, row: ProjectRow, role: ProjectRole = "owner"): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  head: row.head,
  role,
  visibility: row.visibility,
  published:
    row.publishedRevision === null
      ? null
      : { url: publicUrlOf(config, { id: row.id, name: row.publishedName }), revision: row.publishedRevision },
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Returns a project's ETag, equal to the database's `project_etag`. */
export const projectEtag = (project: Project): string => `"${project.head}-${Date.parse(project.updatedAt)}"`;

/** Returns the API's representation of a revision. */
export const toRevision = (row: RevisionRow): Revision => ({
  number: row.number,
  message: row.message,
  author: { kind: row.authorKind, id: row.authorId, name: row.authorName },
  runId: row.runId,
  createdAt: row.createdAt.toISOString(),
  stats: { created: row.created, updated: row.updated, deleted: row.deleted, moved: row.moved },
});

/** Returns the API's representation of a message. */
export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  role: row.role,
  runId: row.runId,
  agent: row.agent,
  // Written by this Worker, in the contract's shape.
  content: row.content as Message["content"],
  createdAt: row.createdAt.toISOString(),
});
