import { webhookRoutes } from "../../contract/index.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  recoverWebhook,
  redeliver,
  rotateSecret,
  testWebhook,
  updateWebhook,
  wakeDeliveries,
} from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of webhooks and their deliveries. */
export function webhookRouter() {
  return newRouter()
    .openapi(withPolicies(webhookRoutes.createWebhook), async (c) => {
      const webhook = await createWebhook(requestContext(c), c.req.valid("json"), c.get("opId"));
      c.header("Location", `/v1/webhooks/${webhook.id}`);
      return c.json(webhook, 201);
    })
    .openapi(withPolicies(webhookRoutes.listWebhooks), async (c) =>
      c.json(await listWebhooks(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(webhookRoutes.getWebhook), async (c) =>
      c.json(await getWebhook(requestContext(c), c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(webhookRoutes.updateWebhook), async (c) => {
      const webhook = await updateWebhook(requestContext(c), { id: c.req.valid("param").id, ...c.req.valid("json") });
      if (webhook.enabled) c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(webhook, 200);
    })
    .openapi(withPolicies(webhookRoutes.deleteWebhook), async (c) => {
      await deleteWebhook(requestContext(c), c.req.valid("param").id, c.get("opId"));
      return c.body(null, 204);
    })
    .openapi(withPolicies(webhookRoutes.testWebhook), async (c) => {
      const sent = await testWebhook(requestContext(c), c.req.valid("param").id, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(sent, 202);
    })
    .openapi(withPolicies(webhookRoutes.rotateWebhookSecret), async (c) => {
      const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await rotateSecret(requestContext(c), input, c.get("opId")), 200);
    })
    .openapi(withPolicies(webhookRoutes.redeliver), async (c) => {
      const sent = await redeliver(requestContext(c), c.req.valid("param").id, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(sent, 202);
    })
    .openapi(withPolicies(webhookRoutes.recoverWebhook), async (c) => {
      const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
      const recovered = await recoverWebhook(requestContext(c), input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(recovered, 202);
    })
    .openapi(withPolicies(webhookRoutes.listDeliveries), async (c) => {
      const filter = c.req.valid("query");
      const input = { webhookId: c.req.valid("param").id, page: pageRequestOf(c, filter), filter };
      return c.json(await listDeliveries(requestContext(c), input), 200);
    });
}
