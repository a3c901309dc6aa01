import type { Context } from "hono";
import { liveRoutes } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { watchProject } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";

/** Serves the live feed. Refuses a caller with a problem response, before the upgrade. */
export function liveRouter() {
  return newRouter().openapi(withPolicies(liveRoutes.watchProject), async (c) => {
    requireOwnPage(c);
    const { id } = c.req.valid("param");
    await getProject(requestContext(c), id);
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("malformed_request", "This endpoint accepts only WebSocket connections.");
    }
    requireProjectScope(c);
    const { after, deltas = "on" } = c.req.valid("query");
    return watchProject(requestContext(c), c.env, {
      projectId: id,
      after: after === undefined ? undefined : positionOf(after),
      deltas,
    });
  });
}

/**
 * @returns a position in the live feed
 * @throws AppError `invalid_after`
 */
function positionOf(after: string): number {
  if (!/^\d{1,15}$/.test(after)) throw new AppError("invalid_after", "after must be a position; 0 is the beginning.");
  return Number(after);
}

/**
 * Refuses a WebSocket with a cookie from a page of another origin: the browser attaches the cookie, and the page could
 * read the feed.
 * @throws AppError `bad_origin`
 */
function requireOwnPage(c: Context<AppEnv>): void {
  if (c.get("hasTicket")) return;
  if (c.get("actor")?.kind === "user" && c.req.header("origin") !== c.get("config").appOrigin) {
    throw new AppError(
      "bad_origin",
      "Requests with a session cookie need the app's own Origin. Use an API token instead.",
    );
  }
}

/**
 * Requires `projects:read`, since the feed has revisions and paths; the route itself requires `runs:read`.
 * @throws AppError `insufficient_scope`
 */
function requireProjectScope(c: Context<AppEnv>): void {
  const actor = c.get("actor");
  if (actor?.kind !== "token" || actor.scopes.includes("projects:read")) return;
  const scope = "projects:read";
  throw new AppError("insufficient_scope", `This token does not have the scope ${scope}.`, { members: { scope } });
}
