import { commentRoutes } from "../../contract/index.ts";
import { publishComment } from "../../runs/index.ts";
import { createComment, deleteComment, listComments, listProjectComments } from "../../sharing/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of the comments on a project's messages. */
export function commentRouter() {
  return newRouter()
    .openapi(withPolicies(commentRoutes.createComment), async (c) => {
      const { id: projectId, messageId } = c.req.valid("param");
      const context = requestContext(c);
      const comment = await createComment(context, { projectId, messageId, ...c.req.valid("json") }, c.get("opId"));
      c.executionCtx.waitUntil(publishComment(context, c.env, projectId, { type: "comment.created", comment }));
      return c.json(comment, 201);
    })
    .openapi(withPolicies(commentRoutes.listComments), async (c) => {
      const { id: projectId, messageId } = c.req.valid("param");
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listComments(requestContext(c), { projectId, messageId }, page), 200);
    })
    .openapi(withPolicies(commentRoutes.listProjectComments), async (c) => {
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listProjectComments(requestContext(c), c.req.valid("param").id, page), 200);
    })
    .openapi(withPolicies(commentRoutes.deleteComment), async (c) => {
      const { id: projectId, messageId, commentId } = c.req.valid("param");
      const context = requestContext(c);
      await deleteComment(context, { projectId, messageId, id: commentId });
      const notice = { type: "comment.deleted", messageId, commentId } as const;
      c.executionCtx.waitUntil(publishComment(context, c.env, projectId, notice));
      return c.body(null, 204);
    });
}
