import { previewRoutes } from "../contract/index.ts";
import {
  clearData,
  endPreview,
  getBuild,
  publishProject,
  readLogs,
  startPreview,
  unpublishProject,
} from "../preview/index.ts";
import { wakeDeliveries } from "../webhooks/index.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";

export function previewRouter() {
  return newRouter()
    .openapi(guarded(previewRoutes.startPreview), async (c) => {
      const input = { projectId: c.req.valid("param").id, revision: c.req.valid("json").revision };
      return c.json(await startPreview(callerOf(c), c.env.PREVIEW, input), 201);
    })
    .openapi(guarded(previewRoutes.getBuild), async (c) => {
      const { id: projectId, revision } = c.req.valid("param");
      return c.json(await getBuild(callerOf(c), c.env.PREVIEW, { projectId, revision }), 200);
    })
    .openapi(guarded(previewRoutes.endPreview), async (c) => {
      await endPreview(callerOf(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(guarded(previewRoutes.publishProject), async (c) => {
      const input = { projectId: c.req.valid("param").id, revision: c.req.valid("json").revision };
      const published = await publishProject(callerOf(c), c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(published, 200);
    })
    .openapi(guarded(previewRoutes.unpublishProject), async (c) => {
      await unpublishProject(callerOf(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(guarded(previewRoutes.readPreviewLogs), async (c) => {
      const query = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: paged(c, query), order: query.order };
      return c.json(await readLogs(callerOf(c), c.env.PREVIEW, input), 200);
    })
    .openapi(guarded(previewRoutes.clearPreviewData), async (c) => {
      await clearData(callerOf(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    });
}
