import { webhookRoutes } from "../contract/index.ts";
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
} from "../webhooks/index.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";

export function webhookRouter() {
  return newRouter()
    .openapi(guarded(webhookRoutes.createWebhook), async (c) => {
      const webhook = await createWebhook(callerOf(c), c.req.valid("json"), c.get("opId"));
      c.header("Location", `/v1/webhooks/${webhook.id}`);
      return c.json(webhook, 201);
    })
    .openapi(guarded(webhookRoutes.listWebhooks), async (c) =>
      c.json(await listWebhooks(callerOf(c), paged(c, c.req.valid("query"))), 200),
    )
    .openapi(guarded(webhookRoutes.getWebhook), async (c) =>
      c.json(await getWebhook(callerOf(c), c.req.valid("param").id), 200),
    )
    .openapi(guarded(webhookRoutes.updateWebhook), async (c) => {
      const webhook = await updateWebhook(callerOf(c), { id: c.req.valid("param").id, ...c.req.valid("json") });
      if (webhook.enabled) c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(webhook, 200);
    })
    .openapi(guarded(webhookRoutes.deleteWebhook), async (c) => {
      await deleteWebhook(callerOf(c), c.req.valid("param").id, c.get("opId"));
      return c.body(null, 204);
    })
    .openapi(guarded(webhookRoutes.testWebhook), async (c) => {
      const sent = await testWebhook(callerOf(c), c.req.valid("param").id, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(sent, 202);
    })
    .openapi(guarded(webhookRoutes.rotateWebhookSecret), async (c) => {
      const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await rotateSecret(callerOf(c), input, c.get("opId")), 200);
    })
    .openapi(guarded(webhookRoutes.redeliver), async (c) => {
      const sent = await redeliver(callerOf(c), c.req.valid("param").id, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(sent, 202);
    })
    .openapi(guarded(webhookRoutes.recoverWebhook), async (c) => {
      const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
      const recovered = await recoverWebhook(callerOf(c), input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(recovered, 202);
    })
    .openapi(guarded(webhookRoutes.listDeliveries), async (c) => {
      const filter = c.req.valid("query");
      const input = { webhookId: c.req.valid("param").id, page: paged(c, filter), filter };
      return c.json(await listDeliveries(callerOf(c), input), 200);
    });
}
