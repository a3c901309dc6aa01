import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Access, AuditAction, LimitClass, Scope } from "../contract/index.ts";
import { checkLimit, limiterOf } from "../limits/index.ts";
import { requireAccess, requireOrigin } from "./access.ts";
import { addressOf } from "./address.ts";
import { audited } from "./audited.ts";
import type { AppEnv } from "./environment.ts";
import { idempotent } from "./idempotent.ts";
import { identifyForSure } from "./identify.ts";
import { limitStarts } from "./limit-starts.ts";
import { redeemTicket } from "./tickets.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** A route object with what stands before its handler: who may call it, from where, how often, and once for each key. */
export function guarded<R extends Guarded>(route: R, once = idempotent) {
  const middleware: MiddlewareHandler<AppEnv>[] = [
    ...(route.audit === undefined ? [] : [audited(route.audit)]),
    allow(route),
    route.limit === "run" ? limitStarts : limited(route.limit),
    once,
  ];
  return { ...route, middleware };
}

/** Any route but one that is signed: nobody is known there before the body is read (`http/inbound.ts`). */
type Guarded = {
  method: string;
  path: string;
  access: Exclude<Access, "signed">;
  alsoNeeds?: Scope | undefined;
  limit: LimitClass;
  audit?: AuditAction | undefined;
  takesTicket?: true | undefined;
};

const allow = ({ access, alsoNeeds, takesTicket }: Guarded) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const ticket = takesTicket ? c.req.query("ticket") : undefined;
    if (ticket !== undefined) await redeemTicket(c, ticket);
    if (access === "session") await identifyForSure(c);
    const actor = c.get("actor");
    if (access !== "public") requireAccess(actor, access);
    if (alsoNeeds !== undefined) requireAccess(actor, alsoNeeds);
    if (actor?.kind === "user" && !safeMethods.has(c.req.method)) {
      requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    }
    await next();
  });

const limited = (limit: LimitClass) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (limit !== "none") await count(c, limit);
    await next();
  });

/**
 * Counts a request against its actor's limit of a class; while nobody is known, against what its address may.
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function count(c: Context<AppEnv>, limit: Exclude<LimitClass, "none">): Promise<void> {
  const actor = c.get("actor");
  const limiter = limiterOf(c.env, c.get("config"));
  const headers = actor
    ? await checkLimit({ limiter, class: limit, key: actor.ownerId, plan: actor.plan })
    : await checkLimit({ limiter, class: "anonymous", key: addressOf(c) });
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}
