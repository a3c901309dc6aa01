import type { Context } from "hono";
import type { AppEnv } from "../environment.ts";
import { wantsStream } from "./wants-stream.ts";

/**
 * Routes that cannot be undone or grant a lasting right, in addition to every DELETE and every route with `session`
 * access.
 */
const irreversible = new Set([
  "POST /v1/projects/import",
  "POST /v1/projects/import/git",
  "POST /v1/projects/{id}/publish",
  "PUT /v1/projects/{id}/publish/name",
  "PUT /v1/projects/{id}/publish/access",
  "PUT /v1/projects/{id}/publish/copying",
  "POST /v1/projects/{id}/people/{target}",
  "PATCH /v1/projects/{id}/people/{target}/{personId}",
  "PUT /v1/projects/{id}/publish/domains/{host}",
  "POST /v1/projects/{id}/publish/versions/{number}/restore",
  "POST /v1/projects/{id}/publish/staging",
  "POST /v1/projects/{id}/publish/staging/promote",
  "POST /v1/projects/{id}/preview",
  "POST /v1/projects/{id}/triggers",
  "POST /v1/projects/{id}/invitations",
  "PATCH /v1/projects/{id}/members/{user}",
  "POST /v1/runs/{id}/cancel",
  "POST /v1/webhooks",
  "PATCH /v1/webhooks/{id}",
  "POST /v1/webhooks/{id}/rotate-secret",
  "POST /v1/webhooks/{id}/recover",
  "PATCH /v1/triggers/{id}",
  "POST /v1/triggers/{id}/rotate-secret",
  "POST /v1/deliveries/{id}/redeliver",
]);

/**
 * @returns whether the request's session must be looked up in the database. A signed cookie stays valid for some
 *   seconds after its session has ended, and an open connection would stay open even longer.
 */
export function needsVerifiedSession(c: Context<AppEnv>, { method, path, access }: Route): boolean {
  const verb = method.toUpperCase();
  if (access === "session" || access === "admin" || verb === "DELETE" || irreversible.has(`${verb} ${path}`))
    return true;
  return opensConnection(c);
}

/** @returns whether the response is a connection that stays open */
export const opensConnection = (c: Context<AppEnv>): boolean =>
  c.req.method === "GET" && (c.req.header("upgrade") !== undefined || wantsStream(c));

type Route = { method: string; path: string; access: string };
