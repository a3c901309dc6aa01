import type { Context } from "hono";
import {
  cancelDeletion,
  cookiePrefixOf,
  enableHooks,
  endOtherSessions,
  endSession,
  getMe,
  getSession,
  listSessions,
  recordAudit,
  requestDeletion,
} from "../../accounts/index.ts";
import { type AuditAction, meRoutes } from "../../contract/index.ts";
import { unpublishAll } from "../cron/close-accounts.ts";
import type { AppEnv } from "../environment.ts";
import { auditClient } from "../middleware/client-ip.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { refuseUnknownQuery } from "../middleware/strict-query.ts";
import { exportAccount } from "./export-account.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";
import { usageOfOpen } from "./usage-of-open-runs.ts";

/** Routes for a person's own account other than its settings: sessions, export and deletion. */
export function meRouter() {
  const router = newRouter();
  // Registered without the typed helper, since the response is streamed and no value of its schema's type exists.
  const { middleware, ...exported } = withPolicies(meRoutes.exportMe);
  router.openAPIRegistry.registerPath(exported);
  router.on("GET", [exported.path], ...middleware);
  router.get(exported.path, async (c) => {
    refuseUnknownQuery(c, []);
    await audit(c, "account.exported");
    return c.body(exportAccount(requestContext(c), c.env, usageOfOpen(c)), 200, {
      "Content-Type": "application/json",
      "Content-Disposition": 'attachment; filename="edgesmith-account.json"',
    });
  });
  return router
    .openapi(withPolicies(meRoutes.deleteMe), async (c) => {
      const caller = requestContext(c);
      const dueAt = await requestDeletion(caller);
      await audit(c, "account.deletion_requested");
      expireSessionCookies(c);
      // The cron's sweep unpublishes the rest.
      c.executionCtx.waitUntil(
        unpublishAll(c.env, caller).catch((error: unknown) =>
          c.get("reporter").capture(error, { requestId: c.get("requestId") }),
        ),
      );
      return c.json({ deletionDueAt: dueAt.toISOString() }, 202);
    })
    .openapi(withPolicies(meRoutes.restoreMe), async (c) => {
      await cancelDeletion(requestContext(c));
      await audit(c, "account.deletion_cancelled");
      return c.json(await getMe(requestContext(c), usageOfOpen(c)), 200);
    })
    .openapi(withPolicies(meRoutes.enableHooks), async (c) => {
      const { database, actor } = requestContext(c);
      const enabled = await enableHooks(database, actor.ownerId, ["reset", "changed", "ended"]);
      await audit(c, "hooks.enabled");
      return c.json(enabled, 200);
    })
    .openapi(withPolicies(meRoutes.listSessions), async (c) =>
      c.json(await listSessions(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(meRoutes.endOtherSessions), async (c) => {
      await endOtherSessions(requestContext(c));
      await audit(c, "session.ended");
      return c.body(null, 204);
    })
    .openapi(withPolicies(meRoutes.readSession), async (c) =>
      c.json(await getSession(requestContext(c), c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(meRoutes.endSession), async (c) => {
      const { id } = c.req.valid("param");
      await endSession(requestContext(c), id);
      await audit(c, "session.ended", id);
      return c.body(null, 204);
    });
}

async function audit(c: Context<AppEnv>, action: AuditAction, subject?: string): Promise<void> {
  const { database, actor } = requestContext(c);
  await recordAudit(database, actor, { action, subject: subject ?? actor.ownerId }, auditClient(c));
}

/** Expires the browser's session cookies, which would stay valid for some more seconds. */
function expireSessionCookies(c: Context<AppEnv>): void {
  const config = c.get("config");
  const names = (c.req.header("cookie") ?? "").split(/;\s*/).map((cookie) => cookie.split("=", 1)[0] ?? "");
  const secure = config.appUrl.startsWith("https:") ? "; Secure" : "";
  for (const name of names.filter((cookieName) => cookieName.startsWith(cookiePrefixOf(config))))
    c.get("answerHeaders").append("set-cookie", `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`);
}
