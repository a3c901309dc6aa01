import { projectRoutes } from "../contract/index.ts";
import { tellPublication } from "../preview/index.ts";
import {
  createProject,
  deleteProject,
  getProjectDetail,
  listMessages,
  listProjects,
  projectEtag,
  updateProject,
} from "../projects/index.ts";
import { forgetSession } from "../runs/index.ts";
import { wakeDeliveries } from "../webhooks/index.ts";
import { callerOf } from "./caller.ts";
import { ifMatchOf, isFresh } from "./etag.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";

export function projectRouter() {
  return newRouter()
    .openapi(guarded(projectRoutes.createProject), async (c) => {
      const project = await createProject(callerOf(c), c.req.valid("json"), c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    })
    .openapi(guarded(projectRoutes.listProjects), async (c) => {
      const query = c.req.valid("query");
      return c.json(await listProjects(callerOf(c), paged(c, query), query), 200);
    })
    .openapi(guarded(projectRoutes.getProject), async (c) => {
      const project = await getProjectDetail(callerOf(c), c.req.valid("param").id);
      return isFresh(c, projectEtag(project)) ? c.body(null, 304) : c.json(project, 200);
    })
    .openapi(guarded(projectRoutes.updateProject), async (c) => {
      const { id } = c.req.valid("param");
      const input = { id, change: c.req.valid("json"), ifMatch: await ifMatchOf(c, id) };
      const project = await updateProject(callerOf(c), input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      return c.json(project, 200);
    })
    .openapi(guarded(projectRoutes.deleteProject), async (c) => {
      const { id } = c.req.valid("param");
      await deleteProject(callerOf(c), { id, ifMatch: await ifMatchOf(c, id) }, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      // Awaited: whoever is told that the project is gone finds its runs' events gone too. Where it fails, the sweep does both.
      await forgetSession(c.env, id);
      c.executionCtx.waitUntil(tellPublication(callerOf(c), c.env.PREVIEW, id));
      return c.body(null, 204);
    })
    .openapi(guarded(projectRoutes.listMessages), async (c) => {
      const query = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: paged(c, query), order: query.order };
      return c.json(await listMessages(callerOf(c), input), 200);
    });
}
