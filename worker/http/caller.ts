import type { Context as HonoContext } from "hono";
import type { Context } from "../accounts/index.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./environment.ts";

/** What a verb needs of a request. Routes that are not public have been through the access guard already. */
export function callerOf(c: HonoContext<AppEnv>): Context {
  const actor = c.get("actor");
  if (actor === null) throw new AppError("unauthenticated", "Sign in, or send an API token as a Bearer credential.");
  return { config: c.get("config"), database: c.get("database"), actor };
}
