import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { standingFault } from "../../accounts/index.ts";
import type { LimitClass } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";
import { authenticateFresh } from "./authentication.ts";

/** What acts outside, or lets somebody else start what costs money. Whatever starts a run does too, by its limit. */
const routesThatNeedStanding = new Set([
  "POST /v1/agents/route",
  "POST /v1/tokens",
  "POST /v1/webhooks",
  "POST /v1/projects/{id}/triggers",
  "POST /v1/projects/{id}/publish",
  // What was disabled when the account was to be deleted would begin again.
  "PATCH /v1/webhooks/{id}",
  "PATCH /v1/triggers/{id}",
  "POST /v1/me/hooks/enable",
]);

type Route = { method: string; path: string; limit: LimitClass };

/** Whether a route is only for an account whose email address is verified and that is not about to be deleted. */
export const needsStanding = ({ method, path, limit }: Route): boolean =>
  limit === "run" || routesThatNeedStanding.has(`${method.toUpperCase()} ${path}`);

/** @throws AppError `email_not_verified`, `deletion_pending` */
export const requireStanding = createMiddleware<AppEnv>(async (c, next) => {
  if (faultOf(c) !== null) {
    // What is remembered, or stands in a signed cookie, may be of before the address was verified.
    await authenticateFresh(c);
    const fault = faultOf(c);
    if (fault !== null) throw fault;
  }
  await next();
});

const faultOf = (c: Context<AppEnv>) => standingFault(c.get("config"), c.get("actor"));
