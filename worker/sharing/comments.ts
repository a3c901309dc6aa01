import { accountOf, type Context, roleOf } from "../accounts/index.ts";
import { type Comment, maxComments, newId, type Page } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import {
  type CommentRow,
  deleteCommentRow,
  insertComment,
  selectComment,
  selectComments,
  selectMessage,
} from "./comments-store.ts";

type OnMessage = { projectId: string; messageId: string };

/**
 * Comments on a message of a project's conversation.
 * @param opId the idempotency key: a repeated request returns the same comment
 * @throws AppError `not_found`, `limit_reached`
 */
export async function createComment(
  context: Context,
  { projectId, messageId, text }: OnMessage & { text: string },
  opId = newId("operation"),
): Promise<Comment> {
  const { database, actor } = context;
  await requireMessage(context, { projectId, messageId });
  const row = { id: opId.replace(/^op_/, "cmt_"), projectId, messageId, authorId: accountOf(actor), text };
  const { rows } = await executeIdempotent(insertComment(database, row));
  if (rows.length === 0) {
    throw new AppError("limit_reached", `A project can have at most ${maxComments} comments. Delete some first.`);
  }
  const [stored] = await executeIdempotent(selectComment(database, projectId, row.id));
  if (!stored) throw noSuchComment();
  return toComment(stored);
}

/** Lists the comments on a message, oldest first. @throws AppError `not_found` */
export async function listComments(context: Context, on: OnMessage, page: PageRequest): Promise<Page<Comment>> {
  await requireMessage(context, on);
  return pageOf(context, on.projectId, on.messageId, page);
}

/** Lists the comments on all messages of a project, newest first. @throws AppError `not_found` */
export async function listProjectComments(
  context: Context,
  projectId: string,
  page: PageRequest,
): Promise<Page<Comment>> {
  await getProject(context, projectId);
  return pageOf(context, projectId, null, page);
}

/** Deletes a comment of the caller's, or as the project's owner any. @throws AppError `not_found` */
export async function deleteComment(context: Context, { id, ...on }: OnMessage & { id: string }): Promise<void> {
  const { database, actor } = context;
  await getProject(context, on.projectId);
  const authorId = roleOf(actor) === "owner" ? null : accountOf(actor);
  const gone = await executeIdempotent(deleteCommentRow(database, { ...on, id, authorId }));
  if (gone.length === 0) throw noSuchComment();
}

const noSuchComment = () => new AppError("not_found", "Comment not found.");

async function pageOf({ database }: Context, projectId: string, messageId: string | null, page: PageRequest) {
  const query = { projectId, messageId, after: page.after, limit: page.limit + 1 };
  const rows = await executeIdempotent(selectComments(database, query));
  return pageFrom(rows.map(toComment), page, ({ id }) => id);
}

async function requireMessage(context: Context, { projectId, messageId }: OnMessage): Promise<void> {
  const [, [found]] = await Promise.all([
    getProject(context, projectId),
    executeIdempotent(selectMessage(context.database, projectId, messageId)),
  ]);
  if (!found) throw new AppError("not_found", "Message not found.");
}

const toComment = ({ id, messageId, authorId, authorName, text, createdAt }: CommentRow): Comment => ({
  id,
  messageId,
  author: { id: authorId, name: authorName },
  text,
  createdAt: createdAt.toISOString(),
});
