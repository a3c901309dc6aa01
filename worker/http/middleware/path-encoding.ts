import { createMiddleware } from "hono/factory";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

const control = /\p{Cc}/u;
/** A file's path has rules of its own, and a code for what breaks them. */
const filePath = /^\/v1\/projects\/[^/]+\/files\//;

/**
 * Refuses an address that is not percent-encoded UTF-8, or that names something with a control character: nothing has such
 * a name, and PostgreSQL takes no NUL.
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
