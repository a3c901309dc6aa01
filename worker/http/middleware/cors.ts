import { createMiddleware } from "hono/factory";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";
import { allowedMethods } from "./allowed-methods.ts";

// Pages of any origin may call the API with a token. `*` allows no credentials: a browser withholds every response to a
// request that it sent with a cookie, and such a request gets no CORS header at all.

const requestHeaders = [
  "Authorization",
  "Content-Type",
  "Content-Encoding",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "Last-Event-ID",
  "Prefer",
  "Traceparent",
  "X-Request-Id",
  // Every header except Authorization, which must be listed by name.
  "*",
];
const exposedHeaders = [
  "ETag",
  "RateLimit",
  "RateLimit-Policy",
  "Location",
  "X-Request-Id",
  "X-Trace-Id",
  "Retry-After",
  "Idempotent-Replayed",
  "Preference-Applied",
  "Server-Timing",
  "WWW-Authenticate",
  "Allow",
];
const oneDay = 86_400;

/** Whether a path belongs to the sign-in by cookie, which only the app's own origin may use. */
const isOwn = (path: string): boolean => path.startsWith("/v1/auth/");

/**
 * Sets the CORS headers that let a page of any origin read the response to a request without a cookie, whatever its
 * status.
 */
export function exposeAnswer(request: Request, path: string, headers: Headers): void {
  if (request.headers.has("cookie") || isOwn(path)) return;
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Expose-Headers", exposedHeaders.join(", "));
}

/**
 * Responds to CORS preflight requests.
 * @param routes the registered routes, for the allowed methods
 */
export const preflight = (routes: () => Parameters<typeof allowedMethods>[0]) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const isPreflight = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (!isPreflight || isOwn(c.req.path)) return next();
    const methods = allowedMethods(routes(), c.req.path);
    if (methods.length === 0) throw new AppError("not_found", "Not found.");
    return c.body(null, 204, {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": requestHeaders.join(", "),
      "Access-Control-Max-Age": String(oneDay),
    });
  });
