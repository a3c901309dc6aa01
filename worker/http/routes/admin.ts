import type { Context } from "hono";
import {
  deleteAccount,
  getMetrics,
  getOverview,
  getSpend,
  getTrace,
  listAccounts,
  listOpenRuns,
  listPublications,
  sampleGauges,
  signOutEverywhere,
  takeDown,
  updateAccount,
} from "../../admin/index.ts";
import { deleteAlert, getAlert, listAlertEvents, listAlerts, putAlert } from "../../alerts/index.ts";
import { adminRoutes } from "../../contract/index.ts";
import { flusher, metricsStoreOf } from "../../metrics/index.ts";
import { sweepClosedAccounts } from "../cron/close-accounts.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of the platform's owners. */
export function adminRouter() {
  return newRouter()
    .openapi(withPolicies(adminRoutes.adminOverview), async (c) =>
      c.json(await getOverview(await fresh(c), Date.now()), 200),
    )
    .openapi(withPolicies(adminRoutes.adminMetrics), async (c) =>
      c.json(await getMetrics(await fresh(c), c.req.valid("query"), Date.now()), 200),
    )
    .openapi(withPolicies(adminRoutes.adminTrace), async (c) =>
      c.json(await getTrace(await fresh(c), c.req.valid("param").requestId), 200),
    )
    .openapi(withPolicies(adminRoutes.adminSpend), async (c) =>
      c.json(await getSpend(requestContext(c), c.req.valid("query")), 200),
    )
    .openapi(withPolicies(adminRoutes.adminRuns), async (c) =>
      c.json(await listOpenRuns(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(adminRoutes.adminAlerts), async (c) =>
      c.json(await listAlerts(c.get("database"), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(adminRoutes.adminAlert), async (c) =>
      c.json(await getAlert(c.get("database"), c.req.valid("param").name), 200),
    )
    .openapi(withPolicies(adminRoutes.adminPutAlert), async (c) =>
      c.json(await putAlert(c.get("database"), c.req.valid("param").name, c.req.valid("json")), 200),
    )
    .openapi(withPolicies(adminRoutes.adminDeleteAlert), async (c) => {
      await deleteAlert(c.get("database"), c.req.valid("param").name);
      return c.body(null, 204);
    })
    .openapi(withPolicies(adminRoutes.adminAlertEvents), async (c) =>
      c.json(await listAlertEvents(c.get("database"), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(adminRoutes.adminAccounts), async (c) => {
      const query = c.req.valid("query");
      return c.json(await listAccounts(requestContext(c), { q: query.q, page: pageRequestOf(c, query) }), 200);
    })
    .openapi(withPolicies(adminRoutes.adminUpdateAccount), async (c) => {
      const change = c.req.valid("json");
      const account = await updateAccount(requestContext(c), { id: c.req.valid("param").id, ...change });
      if (change.suspended === true) closeNow(c);
      return c.json(account, 200);
    })
    .openapi(withPolicies(adminRoutes.adminSignOut), async (c) => {
      await signOutEverywhere(requestContext(c), c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(adminRoutes.adminDeleteAccount), async (c) => {
      const account = await deleteAccount(requestContext(c), { id: c.req.valid("param").id, ...c.req.valid("json") });
      closeNow(c);
      return c.json(account, 202);
    })
    .openapi(withPolicies(adminRoutes.adminPublications), async (c) =>
      c.json(await listPublications(requestContext(c), pageRequestOf(c, c.req.valid("query"))), 200),
    )
    .openapi(withPolicies(adminRoutes.adminUnpublish), async (c) => {
      await takeDown(requestContext(c), c.env.PREVIEW, c.req.valid("param").projectId);
      return c.body(null, 204);
    });
}

/**
 * Stores this isolate's counts and the gauges first, so that an owner sees the last moments too.
 * @returns the dependencies of operations on metrics
 */
async function fresh(c: Context<AppEnv>) {
  const { config, database } = requestContext(c);
  const store = metricsStoreOf(c.env, config, database);
  await Promise.all([flusher.flush(store), sampleGauges({ database, store }, config.logLevel, Date.now())]);
  return { config, database, store };
}

/** Ends the runs and connections of a suspended account, without waiting for the cron's next sweep. */
function closeNow(c: Context<AppEnv>): void {
  const { config, database } = requestContext(c);
  const closing = sweepClosedAccounts(c.env, { config, database }).catch((error: unknown) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId"), route: "suspend" }),
  );
  c.executionCtx.waitUntil(closing);
}
