import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { standingFault } from "../../accounts/index.ts";
import type { LimitClass } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";
import { authenticateFresh } from "./authentication.ts";

/**
 * Routes that act on other systems, or let others start something that costs money. Routes that start a run are covered
 * by their limit class.
 */
const routesThatNeedStanding = new Set([
  "POST /v1/agents/route",
  "POST /v1/tokens",
  "POST /v1/webhooks",
  "POST /v1/projects/import/git",
  "POST /v1/projects/{id}/triggers",
  "POST /v1/projects/{id}/invitations",
  "POST /v1/invitations/{token}/accept",
  "POST /v1/invitations/accept",
  "POST /v1/projects/{id}/publish",
  "PUT /v1/projects/{id}/publish/name",
  "PUT /v1/projects/{id}/publish/copying",
  "POST /v1/projects/{id}/people/{target}",
  "PUT /v1/projects/{id}/publish/domains/{host}",
  "POST /v1/projects/{id}/publish/versions/{number}/restore",
  "POST /v1/projects/{id}/publish/staging",
  "POST /v1/projects/{id}/publish/staging/promote",
  // Enables webhooks that the deletion request disabled.
  "PATCH /v1/webhooks/{id}",
  "PATCH /v1/triggers/{id}",
  "POST /v1/me/hooks/enable",
]);

type Route = { method: string; path: string; limit: LimitClass };

/** @returns whether a route requires a verified email address and an account that is not about to be deleted */
export const needsStanding = ({ method, path, limit }: Route): boolean =>
  limit === "run" || routesThatNeedStanding.has(`${method.toUpperCase()} ${path}`);

/**
 * Requires a verified email address and an account that is not about to be deleted.
 * @throws AppError `email_not_verified`, `deletion_pending`
 */
export const requireStanding = createMiddleware<AppEnv>(async (c, next) => {
  if (faultOf(c) !== null) {
    // The cached caller or the signed cookie may be older than the verification of the address.
    await authenticateFresh(c);
    const fault = faultOf(c);
    if (fault !== null) throw fault;
  }
  await next();
});

const faultOf = (c: Context<AppEnv>) => standingFault(c.get("config"), c.get("actor"));
