import { triggerRoutes } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { cancelRun } from "../../runs/index.ts";
import {
  createTrigger,
  deleteTrigger,
  getTrigger,
  listReceipts,
  listTriggers,
  rotateTriggerSecret,
  selectQueuedRuns,
  updateTrigger,
} from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { registryFor } from "./agents.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of triggers and their receipts. */
export function triggerRouter() {
  return newRouter()
    .openapi(withPolicies(triggerRoutes.createTrigger), async (c) => {
      const projectId = c.req.valid("param").id;
      const input = c.req.valid("json");
      // Refuses an unknown agent now. An agent that is deleted later is handled when a delivery arrives.
      if (input.agent !== undefined) (await registryFor(c, projectId)).get(input.agent);
      return c.json(await createTrigger(requestContext(c), { projectId, ...input }, c.get("opId")), 201);
    })
    .openapi(withPolicies(triggerRoutes.listTriggers), async (c) => {
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, c.req.valid("query")) };
      return c.json(await listTriggers(requestContext(c), input), 200);
    })
    .openapi(withPolicies(triggerRoutes.getTrigger), async (c) =>
      c.json(await getTrigger(requestContext(c), c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(triggerRoutes.updateTrigger), async (c) => {
      const { id } = c.req.valid("param");
      const input = c.req.valid("json");
      if (typeof input.agent === "string") {
        const { projectId } = await getTrigger(requestContext(c), id);
        (await registryFor(c, projectId)).get(input.agent);
      }
      return c.json(await updateTrigger(requestContext(c), { id, ...input }), 200);
    })
    .openapi(withPolicies(triggerRoutes.rotateTriggerSecret), async (c) => {
      const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await rotateTriggerSecret(requestContext(c), input, c.get("opId")), 200);
    })
    .openapi(withPolicies(triggerRoutes.listReceipts), async (c) => {
      const input = { triggerId: c.req.valid("param").id, page: pageRequestOf(c, c.req.valid("query")) };
      return c.json(await listReceipts(requestContext(c), input), 200);
    })
    .openapi(withPolicies(triggerRoutes.deleteTrigger), async (c) => {
      const { id } = c.req.valid("param");
      const context = requestContext(c);
      // Cancels queued runs first: without the trigger's receipts they would look lost, and the cron would start them.
      const queued = await executeIdempotent(selectQueuedRuns(context.database, context.actor.ownerId, id));
      for (const run of queued) await cancelRun(context, c.env, run.id);
      const late = await deleteTrigger(context, id, c.get("opId"));
      // A delivery that arrived in between; when its run is inserted after this query, the delivery cancels the run.
      for (const run of late) await cancelRun(context, c.env, run.id);
      return c.body(null, 204);
    });
}
