import {
  createToken,
  getMe,
  getUsage,
  listAudit,
  listTokens,
  revokeToken,
  rotateToken,
  updateMe,
} from "../../accounts/index.ts";
import { accountRoutes, auditRoutes, usageRoutes } from "../../contract/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";
import { usageOfOpen } from "./usage-of-open-runs.ts";

/** Routes of the account, its API tokens, audit log and usage. */
export function accountRouter() {
  return newRouter()
    .openapi(withPolicies(accountRoutes.getMe), async (c) =>
      c.json(await getMe(requestContext(c), usageOfOpen(c)), 200),
    )
    .openapi(withPolicies(accountRoutes.updateMe), async (c) =>
      c.json(await updateMe(requestContext(c), c.req.valid("json"), usageOfOpen(c)), 200),
    )
    .openapi(withPolicies(usageRoutes.getUsage), async (c) =>
      c.json(await getUsage(requestContext(c), c.req.valid("query")), 200),
    )
    .openapi(withPolicies(auditRoutes.listAudit), async (c) =>
      c.json(await listAudit(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(accountRoutes.createToken), async (c) =>
      c.json(await createToken(requestContext(c), c.req.valid("json")), 201),
    )
    .openapi(withPolicies(accountRoutes.listTokens), async (c) =>
      c.json(await listTokens(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(accountRoutes.revokeToken), async (c) => {
      await revokeToken(requestContext(c), c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(accountRoutes.rotateToken), async (c) => {
      const { overlapSeconds = 0 } = c.req.valid("json");
      return c.json(await rotateToken(requestContext(c), c.req.valid("param").id, overlapSeconds), 201);
    });
}
