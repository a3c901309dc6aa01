import type { Context as HonoContext } from "hono";
import type { Context } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

/**
 * @returns the context that an operation needs: configuration, database and actor. For a member of the project in the
 *   path, the actor acts for the project's owner
 * @throws AppError `unauthenticated`
 */
export function requestContext(c: HonoContext<AppEnv>): Context {
  const actor = c.get("memberActor") ?? c.get("actor");
  if (actor === null) throw new AppError("unauthenticated", "Sign in, or send an API token as a Bearer credential.");
  return { config: c.get("config"), database: c.get("database"), actor };
}
