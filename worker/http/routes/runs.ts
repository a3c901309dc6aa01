import type { Context } from "hono";
import { runRoutes } from "../../contract/index.ts";
import { requireDataBefore } from "../../preview/index.ts";
import {
  answerRun,
  cancelRun,
  eventRange,
  getRun,
  listRuns,
  publishRevision,
  readEvents,
  readImage,
  streamEvents,
  undoRun,
} from "../../runs/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { wantsStream } from "../middleware/wants-stream.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";
import { restoreData } from "./restore-data.ts";

/** Routes of existing runs; `http/start/` has the routes that start a run. */
export function runRouter() {
  return newRouter()
    .openapi(withPolicies(runRoutes.listRuns), async (c) => {
      const filter = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, filter), filter };
      return c.json(await listRuns(requestContext(c), c.env, input), 200);
    })
    .openapi(withPolicies(runRoutes.getRun), async (c) =>
      c.json(await getRun(requestContext(c), c.env, c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(runRoutes.cancelRun), async (c) =>
      c.json(await cancelRun(requestContext(c), c.env, c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(runRoutes.undoRun), async (c) => {
      const context = requestContext(c);
      const takesData = c.req.valid("json").data === true;
      const requireData = (projectId: string, before: number) =>
        takesData ? requireDataBefore(context, c.env.PREVIEW, projectId, before) : Promise.resolve();
      const { id } = c.req.valid("param");
      const { projectId, before, result, etag } = await undoRun(context, id, requireData, c.get("opId"));
      if (etag !== null) c.header("ETag", etag);
      c.executionCtx.waitUntil(
        Promise.all([wakeDeliveries(c.env), publishRevision(context, c.env, projectId, result)]),
      );
      // Code first: after a failure in between, the client repeats the request, which commits nothing twice.
      if (!takesData) return c.json(result, 201);
      return c.json({ ...result, data: await restoreData(c, projectId, before) }, 201);
    })
    .openapi(withPolicies(runRoutes.answerRun), async (c) =>
      c.json(await answerRun(requestContext(c), c.env, c.req.valid("param").id, c.req.valid("json").text), 202),
    )
    .openapi(withPolicies(runRoutes.readEvents), async (c) => {
      const { id } = c.req.valid("param");
      const range = rangeOf(c, c.req.valid("query"));
      if (!wantsStream(c)) return c.json(await readEvents(requestContext(c), c.env, { id, ...range }), 200);
      return (await streamEvents(requestContext(c), c.env, { id, after: range.after })) ?? c.body(null, 204);
    })
    .openapi(withPolicies(runRoutes.readImage), async (c) => {
      const { mediaType, data } = await readImage(requestContext(c), c.env, c.req.valid("param"));
      const headers = { "Content-Type": mediaType, "Cache-Control": "private, max-age=3600" };
      return c.body(new Uint8Array(Buffer.from(data, "base64")), 200, headers);
    })
    .openapi(withPolicies(runRoutes.streamRun), async (c) => {
      const { after } = rangeOf(c, c.req.valid("query"));
      return (
        (await streamEvents(requestContext(c), c.env, { id: c.req.valid("param").id, after })) ?? c.body(null, 204)
      );
    });
}

/** Parses the range of events. A client that reconnects sends its position in Last-Event-ID, at its first URL. */
function rangeOf(c: Context<AppEnv>, query: Parameters<typeof eventRange>[0]) {
  const lastEventId = c.req.header("last-event-id");
  return eventRange(lastEventId === undefined ? query : { ...query, after: lastEventId });
}
