import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";
import { text } from "./text.ts";

/** The maximum number of comments in a project. */
export const maxComments = 2_000;

export const comment = z
  .object({
    id: idOf("comment"),
    messageId: idOf("message"),
    author: z.object({ id: idOf("user"), name: z.string() }),
    text: z.string(),
    createdAt: timestamp,
  })
  .openapi("Comment", { description: "A member's comment on a message. Agents do not read it." });
export type Comment = z.infer<typeof comment>;

export type CommentInput = z.infer<typeof shapes.commentInput>;

const shapes = lazily(() => {
  const commentInput = z.strictObject({ text: text().trim().min(1).max(4_000) });
  const messagePath = projectPath.extend({ messageId: idOf("message") });

  return { commentInput, messagePath };
});

export const commentRoutes = lazily(() => ({
  createComment: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/messages/{messageId}/comments",
    access: "projects:write",
    role: "editor",
    limit: "write",
    tags: ["Sharing"],
    summary: "Comment on a message of the conversation",
    request: { params: shapes.messagePath, body: jsonBody(shapes.commentInput) },
    responses: { 201: json(comment, "The comment"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listComments: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/messages/{messageId}/comments",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Sharing"],
    summary: "The comments on a message, oldest first",
    request: { params: shapes.messagePath, query: pageQuery },
    responses: { 200: json(pageOf(comment), "A page of comments"), ...problems(400, 401, 403, 404) },
  }),
  listProjectComments: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/comments",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Sharing"],
    summary: "The comments on all messages, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(comment), "A page of comments"), ...problems(400, 401, 403, 404) },
  }),
  deleteComment: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/messages/{messageId}/comments/{commentId}",
    access: "projects:write",
    role: "editor",
    limit: "write",
    tags: ["Sharing"],
    summary: "Delete a comment: your own, or as the owner any comment",
    request: { params: shapes.messagePath.extend({ commentId: idOf("comment") }) },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
}));
