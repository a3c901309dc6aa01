import { previewRoutes, scheduleRoutes } from "../../contract/index.ts";
import {
  clearData,
  endPreview,
  getBuild,
  getProjectTypes,
  listSchedules,
  publishProject,
  readLogs,
  runSchedule,
  startPreview,
  unpublishProject,
} from "../../preview/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { refuseUnknownQuery } from "../middleware/strict-query.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of previews and publications. */
export function previewRouter() {
  const router = newRouter();
  routeTypes(router);
  return router
    .openapi(withPolicies(previewRoutes.startPreview), async (c) => {
      const input = { projectId: c.req.valid("param").id, revision: c.req.valid("json").revision };
      return c.json(await startPreview(requestContext(c), c.env.PREVIEW, input), 201);
    })
    .openapi(withPolicies(previewRoutes.getBuild), async (c) => {
      const { id: projectId, revision } = c.req.valid("param");
      return c.json(await getBuild(requestContext(c), c.env.PREVIEW, { projectId, revision }), 200);
    })
    .openapi(withPolicies(previewRoutes.endPreview), async (c) => {
      await endPreview(requestContext(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(previewRoutes.publishProject), async (c) => {
      const input = { projectId: c.req.valid("param").id, revision: c.req.valid("json").revision };
      const published = await publishProject(requestContext(c), c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(published, 200);
    })
    .openapi(withPolicies(previewRoutes.unpublishProject), async (c) => {
      await unpublishProject(requestContext(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(previewRoutes.readPreviewLogs), async (c) => {
      const query = c.req.valid("query");
      const input = {
        projectId: c.req.valid("param").id,
        page: pageRequestOf(c, query),
        order: query.order,
        app: query.app,
      };
      return c.json(await readLogs(requestContext(c), c.env.PREVIEW, input), 200);
    })
    .openapi(withPolicies(scheduleRoutes.listSchedules), async (c) => {
      const query = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, query), target: query.target };
      return c.json(await listSchedules(requestContext(c), c.env.PREVIEW, input), 200);
    })
    .openapi(withPolicies(scheduleRoutes.runSchedule), async (c) => {
      const { id: projectId, scheduleId } = c.req.valid("param");
      const input = { projectId, scheduleId, target: c.req.valid("json").target };
      return c.json(await runSchedule(requestContext(c), c.env.PREVIEW, input), 200);
    })
    .openapi(withPolicies(previewRoutes.clearPreviewData), async (c) => {
      await clearData(requestContext(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    });
}

function routeTypes(router: ReturnType<typeof newRouter>): void {
  // Registered without the typed helper, since the response is streamed and no value of its schema's type exists.
  const { middleware, ...route } = withPolicies(previewRoutes.getProjectTypes);
  router.openAPIRegistry.registerPath(route);
  const path = previewRoutes.getProjectTypes.getRoutingPath();
  router.on("GET", [path], ...middleware);
  router.get(path, async (c) => {
    refuseUnknownQuery(c, ["known"]);
    const input = {
      projectId: c.req.param("id"),
      revision: c.req.param("revision"),
      known: c.req.query("known") ?? "",
    };
    const types = await getProjectTypes(requestContext(c), c.env.PREVIEW, input);
    return c.body(types, 200, { "Content-Type": "application/json" });
  });
}
