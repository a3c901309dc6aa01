import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Access, AuditAction, LimitClass, RoutesRole, Scope } from "../../contract/index.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireAccess, requireAdmin, requireOrigin } from "./access.ts";
import { needsStanding, requireStanding } from "./account-standing.ts";
import { auditLog } from "./audit-log.ts";
import { authenticateFresh } from "./authentication.ts";
import { clientNetwork } from "./client-ip.ts";
import { idempotency } from "./idempotency.ts";
import { requireOwnersStanding, requireRouteRole } from "./project-role.ts";
import { redeemTicket } from "./tickets.ts";
import { needsVerifiedSession } from "./verified-session.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** A route with its policies as middleware: audit, access, account standing, rate limit, role and idempotency. */
export function withPolicies<R extends ProtectedRoute>(route: R) {
  const middleware: MiddlewareHandler<AppEnv>[] = [
    ...(route.audit === undefined ? [] : [auditLog(route.audit)]),
    authorize(route),
    ...(needsStanding(route) ? [requireStanding] : []),
    limitAndRole(route),
    ...(needsStanding(route) ? [ownersStanding] : []),
    idempotency,
  ];
  return { ...route, middleware };
}

/** Every route except signed ones, whose sender is unknown before the body is read (`http/routes/inbound.ts`). */
type ProtectedRoute = {
  method: string;
  path: string;
  access: Exclude<Access, "signed">;
  alsoNeeds?: Scope | undefined;
  role?: RoutesRole | undefined;
  limit: LimitClass;
  audit?: AuditAction | undefined;
  takesTicket?: true | undefined;
};

const authorize = (route: ProtectedRoute) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const { access, alsoNeeds } = route;
    const ticket = route.takesTicket ? c.req.query("ticket") : undefined;
    if (ticket !== undefined) await redeemTicket(c, ticket);
    else if (needsVerifiedSession(c, route)) await authenticateFresh(c);
    const actor = c.get("actor");
    if (access === "admin") requireAdmin(c.get("config"), actor);
    else if (access !== "public") requireAccess(actor, access);
    if (alsoNeeds !== undefined) requireAccess(actor, alsoNeeds);
    if (actor?.kind === "user" && !safeMethods.has(c.req.method)) {
      requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    }
    await next();
  });

/**
 * Counts the request and looks up the caller's role concurrently, so that a member waits no longer than the owner. A
 * request over the limit gets a 429 whatever the role.
 */
const limitAndRole = (route: ProtectedRoute) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const role = requireRouteRole(c, route);
    // Awaited below: when the limit refuses the request, this rejection must not stay unhandled.
    role.catch(() => undefined);
    if (route.limit !== "none") await consumeRateLimit(c, route.limit);
    await role;
    await next();
  });

const ownersStanding = createMiddleware<AppEnv>(async (c, next) => {
  requireOwnersStanding(c);
  await next();
});

/**
 * Counts a request against its actor's limit of a class; without an actor, against the limit of the client's network.
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function consumeRateLimit(c: Context<AppEnv>, limit: Exclude<LimitClass, "none">): Promise<void> {
  const actor = c.get("actor");
  const limiter = limiterOf(c.env, c.get("config"));
  const headers = actor
    ? await checkLimit({ limiter, class: limit, key: actor.ownerId, plan: actor.plan })
    : await checkLimit({ limiter, class: "anonymous", key: clientNetwork(c) });
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}
