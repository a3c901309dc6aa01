import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Actor } from "../accounts/index.ts";
import type { Access, LimitClass } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { checkLimit, limiterOf } from "../limits/index.ts";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./environment.ts";
import { idempotent } from "./idempotent.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** A route object with what stands before its handler: who may call it, from where, how often, and once for each key. */
export function guarded<R extends { access: Access; limit: LimitClass }>(route: R, once = idempotent) {
  const middleware: MiddlewareHandler<AppEnv>[] = [allow(route.access), limited(route.limit), once];
  return { ...route, middleware };
}

const allow = (access: Access) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const actor = c.get("actor");
    if (access !== "public") requireAccess(actor, access);
    if (actor?.kind === "user" && !safeMethods.has(c.req.method)) {
      requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    }
    await next();
  });

/** The one authorization function: what an actor must be for a route. Whose things it may touch, the WHERE says. */
export function requireAccess(actor: Actor | null, access: Exclude<Access, "public">): void {
  if (actor === null) throw new AppError("unauthenticated", "Sign in, or send an API token as a Bearer credential.");
  if (actor.kind !== "token" || access === "any") return;
  if (access === "session") throw new AppError("forbidden", "A token cannot do this; sign in.");
  if (!actor.scopes.includes(access)) {
    throw new AppError("insufficient_scope", `This token does not have the scope ${access}.`, {
      members: { scope: access },
    });
  }
}

/** A cookie goes along with any site's request; only the app's own pages may write by it. */
export function requireOrigin(origin: string | undefined, appOrigin: string): void {
  if (origin !== appOrigin) {
    throw new AppError("bad_origin", "A write by cookie needs the app's own Origin. Programs use an API token.");
  }
}

const limited = (limit: LimitClass) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (limit !== "none") {
      const actor = c.get("actor");
      const limiter = limiterOf(c.env, c.get("config"));
      const headers = actor
        ? await checkLimit({ limiter, class: limit, key: actor.ownerId, plan: actor.plan })
        : await checkLimit({ limiter, class: "anonymous", key: addressOf(c) });
      for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
    }
    await next();
  });
