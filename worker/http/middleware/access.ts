import { type Actor, isAdmin } from "../../accounts/index.ts";
import type { Config } from "../../config/index.ts";
import type { Access } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";

/**
 * Authorizes an actor for a route: the one authorization function. The WHERE clauses of the queries check ownership.
 * @throws AppError `unauthenticated`, `insufficient_scope` and the like
 */
export function requireAccess(
  actor: Actor | null,
  access: Exclude<Access, "public" | "signed" | "admin">,
): asserts actor is Actor {
  if (actor === null) throw new AppError("unauthenticated", "Sign in, or send an API token as a Bearer credential.");
  if (actor.kind !== "token" || access === "any") return;
  if (access === "session") throw new AppError("forbidden", "API tokens can't do this. Sign in instead.");
  if (!actor.scopes.includes(access)) {
    throw new AppError("insufficient_scope", `This token does not have the scope ${access}.`, {
      members: { scope: access },
    });
  }
}

/**
 * Authorizes an owner of the platform by the address of the session's account, which must be verified where mail is
 * configured, and by a second factor where the installation requires one. Everybody else gets a 404.
 * @throws AppError `not_found`, `second_factor_required`
 */
export function requireAdmin(config: Config, actor: Actor | null): asserts actor is Actor {
  if (actor === null || !isAdmin(config, actor)) throw new AppError("not_found", "Not found.");
  if (config.adminNeedsSecondFactor && (actor.kind !== "user" || actor.hasSecondFactor !== true)) {
    throw new AppError("second_factor_required", "The administration needs a second factor. Set it up in Settings.");
  }
}

/**
 * Refuses a write by cookie from a page of another origin: a browser attaches the cookie to requests of any site.
 * @throws AppError `bad_origin`
 */
export function requireOrigin(origin: string | undefined, appOrigin: string): void {
  if (origin !== appOrigin) {
    throw new AppError(
      "bad_origin",
      "Requests with a session cookie need the app's own Origin. Use an API token instead.",
    );
  }
}
