import { copyingRoutes } from "../../contract/index.ts";
import { copyPublishedApp, getCopying, getPublishedApp, putCopying } from "../../preview/index.ts";
import { projectEtag } from "../../projects/index.ts";
import { rememberOwner } from "../../sharing/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";

/** Routes that copy published apps. */
export function copyingRouter() {
  return newRouter()
    .openapi(withPolicies(copyingRoutes.getCopying), async (c) =>
      c.json(await getCopying(requestContext(c), c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(copyingRoutes.putCopying), async (c) =>
      c.json(await putCopying(requestContext(c), c.req.valid("param").id, c.req.valid("json")), 200),
    )
    .openapi(withPolicies(copyingRoutes.getPublishedApp), async (c) =>
      c.json(await getPublishedApp(requestContext(c), c.env.PREVIEW, c.req.valid("param").host), 200),
    )
    .openapi(withPolicies(copyingRoutes.copyPublishedApp), async (c) => {
      const context = requestContext(c);
      const input = { host: c.req.valid("param").host, name: c.req.valid("json").name };
      const project = await copyPublishedApp(context, c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      rememberOwner({ kind: "project", id: project.id }, context.actor.ownerId);
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    });
}
