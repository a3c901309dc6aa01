import type { Context } from "hono";
import type { AppEnv } from "../environment.ts";
import { wantsStream } from "./wants-stream.ts";

/** What cannot be undone or gives a lasting right, beside every DELETE and every route that asks for a session. */
const irreversible = new Set([
  "POST /v1/projects/import",
  "POST /v1/projects/{id}/publish",
  "POST /v1/projects/{id}/preview",
  "POST /v1/projects/{id}/triggers",
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
 * Whether a request's session is looked up in the database, and not believed from its cookie, which holds for some seconds after
 * the session has ended. A connection that stays open would go on for longer than that.
 */
export function needsVerifiedSession(c: Context<AppEnv>, { method, path, access }: Route): boolean {
  const verb = method.toUpperCase();
  if (access === "session" || verb === "DELETE" || irreversible.has(`${verb} ${path}`)) return true;
  return opensConnection(c);
}

/** Whether a request is answered with a connection that stays open. */
export const opensConnection = (c: Context<AppEnv>): boolean =>
  c.req.method === "GET" && (c.req.header("upgrade") !== undefined || wantsStream(c));

type Route = { method: string; path: string; access: string };
