import type { Context } from "hono";
import {
  announceChange,
  createGrant,
  deleteGrant,
  deleteSecret,
  deleteVariable,
  listGrants,
  listSecrets,
  listVariables,
  putSecret,
  putVariable,
} from "../../app-environment/index.ts";
import { appEnvironmentRoutes } from "../../contract/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of an app's variables, secrets and grants. */
export function appEnvironmentRouter() {
  return newRouter()
    .openapi(withPolicies(appEnvironmentRoutes.listVariables), async (c) => {
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, c.req.valid("query")) };
      return c.json(await listVariables(requestContext(c), input), 200);
    })
    .openapi(withPolicies(appEnvironmentRoutes.putVariable), async (c) => {
      const { id: projectId, name } = c.req.valid("param");
      const variable = await putVariable(requestContext(c), { projectId, name, ...c.req.valid("json") }, c.get("opId"));
      await announce(c, projectId);
      return c.json(variable, 200);
    })
    .openapi(withPolicies(appEnvironmentRoutes.deleteVariable), async (c) => {
      const { id: projectId, name } = c.req.valid("param");
      const { target } = c.req.valid("query");
      await deleteVariable(requestContext(c), { projectId, name, target }, c.get("opId"));
      await announce(c, projectId);
      return c.body(null, 204);
    })
    .openapi(withPolicies(appEnvironmentRoutes.listSecrets), async (c) => {
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, c.req.valid("query")) };
      return c.json(await listSecrets(requestContext(c), input), 200);
    })
    .openapi(withPolicies(appEnvironmentRoutes.putSecret), async (c) => {
      const { id: projectId, name } = c.req.valid("param");
      const secret = await putSecret(requestContext(c), { projectId, name, ...c.req.valid("json") }, c.get("opId"));
      await announce(c, projectId);
      return c.json(secret, 200);
    })
    .openapi(withPolicies(appEnvironmentRoutes.deleteSecret), async (c) => {
      const { id: projectId, name } = c.req.valid("param");
      const { target } = c.req.valid("query");
      await deleteSecret(requestContext(c), { projectId, name, target }, c.get("opId"));
      await announce(c, projectId);
      return c.body(null, 204);
    })
    .openapi(withPolicies(appEnvironmentRoutes.listGrants), async (c) => {
      const input = { projectId: c.req.valid("param").id, page: pageRequestOf(c, c.req.valid("query")) };
      return c.json(await listGrants(requestContext(c), input), 200);
    })
    .openapi(withPolicies(appEnvironmentRoutes.createGrant), async (c) => {
      const projectId = c.req.valid("param").id;
      const grant = await createGrant(requestContext(c), projectId, c.req.valid("json"), c.get("opId"));
      await announce(c, projectId);
      return c.json(grant, 201);
    })
    .openapi(withPolicies(appEnvironmentRoutes.deleteGrant), async (c) => {
      const { id: projectId, grantId } = c.req.valid("param");
      await deleteGrant(requestContext(c), { projectId, grantId }, c.get("opId"));
      await announce(c, projectId);
      return c.body(null, 204);
    });
}

/** Awaited, so that the running apps know of the change before the client gets the response. */
async function announce(c: Context<AppEnv>, projectId: string): Promise<void> {
  c.executionCtx.waitUntil(wakeDeliveries(c.env));
  await announceChange(c.get("config"), c.env.PREVIEW, projectId);
}
