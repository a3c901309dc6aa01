import { createMiddleware } from "hono/factory";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

const control = /\p{Cc}/u;
/** File paths have their own rules and their own error code. */
const filePath = /^\/v1\/projects\/[^/]+\/files\//;

/**
 * Refuses a path or query that is not percent-encoded UTF-8, which Hono would forward undecoded or with replacement
 * characters, and a path that contains a control character: no resource has one in its name, and PostgreSQL refuses NUL.
 * @throws AppError `malformed_request`, `not_found`
 */
export const checkUrlEncoding = createMiddleware<AppEnv>(async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  const path = decoded(pathname);
  if (path === null || decoded(search) === null)
    throw new AppError("malformed_request", "The URL isn't percent-encoded UTF-8.");
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
