import { createMiddleware } from "hono/factory";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

const control = /\p{Cc}/u;
/** File paths have their own rules and their own error code. */
const filePath = /^\/v1\/projects\/[^/]+\/files\//;

/**
 * Refuses a path that is not percent-encoded UTF-8 or contains a control character: no resource has such a name, and
 * PostgreSQL stores no NUL.
 * @throws AppError `malformed_request`, `not_found`
 */
export const checkPathEncoding = createMiddleware<AppEnv>(async (c, next) => {
  const { pathname } = new URL(c.req.url);
  const path = decoded(pathname);
  if (path === null) throw new AppError("malformed_request", "The URL isn't percent-encoded UTF-8.");
  if (control.test(path) && !filePath.test(pathname)) {
    throw new AppError("not_found", "Not found.");
  }
  await next();
});

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
