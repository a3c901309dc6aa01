import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import { message, messageComment, user } from "../../drizzle/schema/index.ts";
import { maxComments } from "../contract/index.ts";
import type { Database } from "../database/index.ts";

// Unexecuted statements of comments. Their callers have read the project, which checks the caller's role.

const commentColumns = {
  id: messageComment.id,
  messageId: messageComment.messageId,
  authorId: messageComment.authorId,
  authorName: user.name,
  text: messageComment.text,
  createdAt: messageComment.createdAt,
};
export type CommentRow = {
  id: string;
  messageId: string;
  authorId: string;
  authorName: string;
  text: string;
  createdAt: Date;
};

type NewComment = { id: string; projectId: string; messageId: string; authorId: string; text: string };

/** Inserts a comment; no row when the message is not the project's, or the project has the maximum of comments. */
export const insertComment = (db: Database, { id, projectId, messageId, authorId, text }: NewComment) =>
  db.execute(sql`
    INSERT INTO ${messageComment} (id, project_id, message_id, author_id, text)
    SELECT ${id}, m.project_id, m.id, ${authorId}, ${text} FROM ${message} m
    WHERE m.id = ${messageId} AND m.project_id = ${projectId}
      AND (SELECT count(*) FROM ${messageComment} c WHERE c.project_id = m.project_id) < ${maxComments}::int
    ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING id`);

/** Selects whether a project has a message. */
export const selectMessage = (db: Database, projectId: string, messageId: string) =>
  db
    .select({ id: message.id })
    .from(message)
    .where(and(eq(message.projectId, projectId), eq(message.id, messageId)));

/** Selects one comment of a project. */
export const selectComment = (db: Database, projectId: string, id: string) =>
  db
    .select(commentColumns)
    .from(messageComment)
    .innerJoin(user, eq(user.id, messageComment.authorId))
    .where(and(eq(messageComment.projectId, projectId), eq(messageComment.id, id)));

type CommentsQuery = { projectId: string; messageId: string | null; after: string | null; limit: number };

/** Selects the comments on one message, oldest first, or on all of a project's, newest first. */
export const selectComments = (db: Database, { projectId, messageId, after, limit }: CommentsQuery) => {
  const isOfOne = messageId !== null;
  const beyond = isOfOne ? gt : lt;
  return db
    .select(commentColumns)
    .from(messageComment)
    .innerJoin(user, eq(user.id, messageComment.authorId))
    .where(
      and(
        eq(messageComment.projectId, projectId),
        isOfOne ? eq(messageComment.messageId, messageId) : undefined,
        after === null ? undefined : beyond(messageComment.id, after),
      ),
    )
    .orderBy(isOfOne ? asc(messageComment.id) : desc(messageComment.id))
    .limit(limit);
};

type OwnComment = { projectId: string; messageId: string; id: string; authorId: string | null };

/** Deletes a comment. @param own its author must be `authorId`, unless that is null */
export const deleteCommentRow = (db: Database, { projectId, messageId, id, authorId }: OwnComment) =>
  db
    .delete(messageComment)
    .where(
      and(
        eq(messageComment.projectId, projectId),
        eq(messageComment.messageId, messageId),
        eq(messageComment.id, id),
        authorId === null ? undefined : eq(messageComment.authorId, authorId),
      ),
    )
    .returning({ id: messageComment.id });
