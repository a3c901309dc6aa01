import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Access, AuditAction, LimitClass, Scope } from "../../contract/index.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireAccess, requireAdmin, requireOrigin } from "./access.ts";
import { needsStanding, requireStanding } from "./account-standing.ts";
import { auditLog } from "./audit-log.ts";
import { authenticateFresh } from "./authentication.ts";
import { clientNetwork } from "./client-ip.ts";
import { idempotency } from "./idempotency.ts";
import { redeemTicket } from "./tickets.ts";
import { needsVerifiedSession } from "./verified-session.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** A route with its policies as middleware: audit, access, account standing, rate limit and idempotency. */
export function withPolicies<R extends ProtectedRoute>(route: R) {
  const middleware: MiddlewareHandler<AppEnv>[] = [
    ...(route.audit === undefined ? [] : [auditLog(route.audit)]),
    authorize(route),
    ...(needsStanding(route) ? [requireStanding] : []),
    rateLimit(route.limit),
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

const rateLimit = (limit: LimitClass) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (limit !== "none") await consumeRateLimit(c, limit);
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
