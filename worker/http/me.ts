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
} from "../accounts/index.ts";
import { type AuditAction, meRoutes } from "../contract/index.ts";
import { clientOf } from "./address.ts";
import { callerOf } from "./caller.ts";
import { unpublishAll } from "./close-accounts.ts";
import type { AppEnv } from "./environment.ts";
import { exportAccount } from "./export-account.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";
import { refuseUnknownQuery } from "./strict-query.ts";
import { usageOfOpen } from "./usage-of-open.ts";

/** What a person does with their own account beside its settings: sessions, export, deletion. */
export function meRouter() {
  const router = newRouter();
  // By itself, since its answer is made as it is sent, and not of a value that its schema types.
  const { middleware, ...exported } = guarded(meRoutes.exportMe);
  router.openAPIRegistry.registerPath(exported);
  router.on("GET", [exported.path], ...middleware);
  router.get(exported.path, async (c) => {
    refuseUnknownQuery(c, []);
    await audit(c, "account.exported");
    return c.body(exportAccount(callerOf(c), c.env, usageOfOpen(c)), 200, {
      "Content-Type": "application/json",
      "Content-Disposition": 'attachment; filename="edgesmith-account.json"',
    });
  });
  return router
    .openapi(guarded(meRoutes.deleteMe), async (c) => {
      const caller = callerOf(c);
      const dueAt = await requestDeletion(caller);
      await audit(c, "account.deletion_requested");
      expireSessionCookies(c);
      // What is not done in time, the sweep does.
      c.executionCtx.waitUntil(
        unpublishAll(c.env, caller).catch((error: unknown) =>
          c.get("reporter").capture(error, { requestId: c.get("requestId") }),
        ),
      );
      return c.json({ deletionDueAt: dueAt.toISOString() }, 202);
    })
    .openapi(guarded(meRoutes.restoreMe), async (c) => {
      await cancelDeletion(callerOf(c));
      await audit(c, "account.deletion_cancelled");
      return c.json(await getMe(callerOf(c), usageOfOpen(c)), 200);
    })
    .openapi(guarded(meRoutes.enableHooks), async (c) => {
      const { database, actor } = callerOf(c);
      const enabled = await enableHooks(database, actor.ownerId, ["reset", "changed"]);
      await audit(c, "hooks.enabled");
      return c.json(enabled, 200);
    })
    .openapi(guarded(meRoutes.listSessions), async (c) =>
      c.json(await listSessions(callerOf(c), paged(c, c.req.valid("query"))), 200),
    )
    .openapi(guarded(meRoutes.endOtherSessions), async (c) => {
      await endOtherSessions(callerOf(c));
      await audit(c, "session.ended");
      return c.body(null, 204);
    })
    .openapi(guarded(meRoutes.readSession), async (c) =>
      c.json(await getSession(callerOf(c), c.req.valid("param").id), 200),
    )
    .openapi(guarded(meRoutes.endSession), async (c) => {
      const { id } = c.req.valid("param");
      await endSession(callerOf(c), id);
      await audit(c, "session.ended", id);
      return c.body(null, 204);
    });
}

async function audit(c: Context<AppEnv>, action: AuditAction, subject?: string): Promise<void> {
  const { database, actor } = callerOf(c);
  await recordAudit(database, actor, { action, subject: subject ?? actor.ownerId }, clientOf(c));
}

/** The browser forgets its session, which it would be believed to have for some seconds by the cookie alone. */
function expireSessionCookies(c: Context<AppEnv>): void {
  const config = c.get("config");
  const names = (c.req.header("cookie") ?? "").split(/;\s*/).map((one) => one.split("=", 1)[0] ?? "");
  const secure = config.appUrl.startsWith("https:") ? "; Secure" : "";
  for (const name of names.filter((one) => one.startsWith(cookiePrefixOf(config))))
    c.get("answerHeaders").append("set-cookie", `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`);
}
