import { triggerRoutes } from "../contract/index.ts";
import { createTrigger, deleteTrigger, listTriggers } from "../webhooks/index.ts";
import { registryFor } from "./agents.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";

export function triggerRouter() {
  return newRouter()
    .openapi(guarded(triggerRoutes.createTrigger), async (c) => {
      const projectId = c.req.valid("param").id;
      const input = c.req.valid("json");
      // It may be gone by the time a delivery comes; that it never was is better heard now.
      if (input.agent !== undefined) (await registryFor(c, projectId)).get(input.agent);
      return c.json(await createTrigger(callerOf(c), { projectId, ...input }, c.get("opId")), 201);
    })
    .openapi(guarded(triggerRoutes.listTriggers), async (c) => {
      const input = { projectId: c.req.valid("param").id, page: paged(c, c.req.valid("query")) };
      return c.json(await listTriggers(callerOf(c), input), 200);
    })
    .openapi(guarded(triggerRoutes.deleteTrigger), async (c) => {
      await deleteTrigger(callerOf(c), c.req.valid("param").id, c.get("opId"));
      return c.body(null, 204);
    });
}
