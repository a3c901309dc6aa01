import type { Context } from "hono";
import { authOf } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

/**
 * Looks up the session of a request to better-auth in the database, without its signed cookie.
 * @returns the session; null without one
 * @throws AppError `dependency_down`
 */
export async function sessionIn(c: Context<AppEnv>) {
  try {
    const auth = await authOf(c.get("config"), c.get("database"));
    return await auth.api.getSession({ headers: c.req.raw.headers, query: { disableCookieCache: true } });
  } catch (cause) {
    const detail = "Sign-in service unavailable. Try again.";
    throw new AppError("dependency_down", detail, { cause, retryAfter: 2 });
  }
}
