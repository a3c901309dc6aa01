import {
  createToken,
  getMe,
  getUsage,
  listAudit,
  listTokens,
  revokeToken,
  rotateToken,
  updateMe,
} from "../accounts/index.ts";
import { accountRoutes, auditRoutes, usageRoutes } from "../contract/index.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { announceEnded } from "./revocation.ts";
import { newRouter } from "./router.ts";

export function accountRouter() {
  return newRouter()
    .openapi(guarded(accountRoutes.getMe), async (c) => c.json(await getMe(callerOf(c)), 200))
    .openapi(guarded(accountRoutes.updateMe), async (c) =>
      c.json(await updateMe(callerOf(c), c.req.valid("json")), 200),
    )
    .openapi(guarded(usageRoutes.getUsage), async (c) => c.json(await getUsage(callerOf(c), c.req.valid("query")), 200))
    .openapi(guarded(auditRoutes.listAudit), async (c) =>
      c.json(await listAudit(callerOf(c), paged(c, c.req.valid("query"))), 200),
    )
    .openapi(guarded(accountRoutes.createToken), async (c) =>
      c.json(await createToken(callerOf(c), c.req.valid("json")), 201),
    )
    .openapi(guarded(accountRoutes.listTokens), async (c) =>
      c.json(await listTokens(callerOf(c), paged(c, c.req.valid("query"))), 200),
    )
    .openapi(guarded(accountRoutes.revokeToken), async (c) => {
      const caller = callerOf(c);
      await revokeToken(caller, c.req.valid("param").id);
      announceEnded(c, [caller.actor.ownerId]);
      return c.body(null, 204);
    })
    .openapi(guarded(accountRoutes.rotateToken), async (c) => {
      const { overlapSeconds = 0 } = c.req.valid("json");
      const caller = callerOf(c);
      const fresh = await rotateToken(caller, c.req.valid("param").id, overlapSeconds);
      announceEnded(c, [caller.actor.ownerId]);
      return c.json(fresh, 201);
    });
}
