import type { Actor } from "../../accounts/index.ts";
import type { Access } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";

/** The one authorization function: what an actor must be for a route. Whose things it may touch, the WHERE says. */
export function requireAccess(
  actor: Actor | null,
  access: Exclude<Access, "public" | "signed">,
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

/** A cookie goes along with any site's request; only the app's own pages may write by it. */
export function requireOrigin(origin: string | undefined, appOrigin: string): void {
  if (origin !== appOrigin) {
    throw new AppError(
      "bad_origin",
      "Requests with a session cookie need the app's own Origin. Use an API token instead.",
    );
  }
}
