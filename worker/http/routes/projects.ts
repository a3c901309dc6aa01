import { projectRoutes } from "../../contract/index.ts";
import { syncPublication } from "../../preview/index.ts";
import {
  createProject,
  deleteProject,
  getProjectDetail,
  listMessages,
  listProjects,
  projectEtag,
  updateProject,
} from "../../projects/index.ts";
import { forgetSession } from "../../runs/index.ts";
import { rememberOwner } from "../../sharing/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { isFresh, resolveIfMatch } from "./etag.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of projects and their messages. */
export function projectRouter() {
  return newRouter()
    .openapi(withPolicies(projectRoutes.createProject), async (c) => {
      const context = requestContext(c);
      const project = await createProject(context, c.req.valid("json"), c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      rememberOwner({ kind: "project", id: project.id }, context.actor.ownerId);
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    })
    .openapi(withPolicies(projectRoutes.listProjects), async (c) => {
      const query = c.req.valid("query");
      return c.json(await listProjects(requestContext(c), pageRequestOf(c, query), query), 200);
    })
    .openapi(withPolicies(projectRoutes.getProject), async (c) => {
      const project = await getProjectDetail(requestContext(c), c.req.valid("param").id);
      // The tag does not cover the role, which the owner may have changed.
      const isSame = isFresh(c, projectEtag(project)) && project.role === "owner";
      return isSame ? c.body(null, 304) : c.json(project, 200);
    })
    .openapi(withPolicies(projectRoutes.updateProject), async (c) => {
      const { id } = c.req.valid("param");
      const input = { id, change: c.req.valid("json"), ifMatch: await resolveIfMatch(c, id) };
      const project = await updateProject(requestContext(c), input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      return c.json(project, 200);
    })
    .openapi(withPolicies(projectRoutes.deleteProject), async (c) => {
      const { id } = c.req.valid("param");
      await deleteProject(requestContext(c), { id, ifMatch: await resolveIfMatch(c, id) }, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      // Awaited, so that the runs' events are deleted before the response. After a failure the cron's sweep does both.
      await forgetSession(c.env, id);
      c.executionCtx.waitUntil(syncPublication(requestContext(c), c.env.PREVIEW, id));
      return c.body(null, 204);
    })
    .openapi(withPolicies(projectRoutes.listMessages), async (c) => {
      const query = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, query), order: query.order };
      return c.json(await listMessages(requestContext(c), input), 200);
    });
}
