import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { configOf } from "../../config/index.ts";
import { newId } from "../../contract/index.ts";
import { connect } from "../../database/index.ts";
import { logRequest, reporterOf, Timings, withTimings } from "../../monitoring/index.ts";
import type { AppEnv } from "../environment.ts";
import { logConfigurationNotice } from "./configuration-notice.ts";
import { exposeAnswer } from "./cors.ts";
import { appErrorOf, problemResponse } from "./problem.ts";
import { setSecurityHeaders } from "./security-headers.ts";

const requestIdShape = /^[\w-]{8,64}$/;

/**
 * Sets a request's id, configuration, database and reporter; after the response, sets its headers and writes its log
 * line.
 */
export const requestScope = createMiddleware<AppEnv>(async (c, next) => {
  const from = performance.now();
  const timings = new Timings();
  const requestedId = c.req.header("x-request-id");
  c.set("requestId", requestedId && requestIdShape.test(requestedId) ? requestedId : crypto.randomUUID());
  c.set("answerHeaders", new Headers());
  c.set("actor", null);
  c.set("opId", newId("operation"));
  const failure = await withTimings(timings, () => prepareAndRun(c, next));
  if (failure) c.res = failure;
  const ms = performance.now() - from;
  // The first `c.header` copies the Response into one with mutable headers; further calls would copy it each time.
  c.header("X-Request-Id", c.get("requestId"));
  const { headers } = c.res;
  for (const [name, value] of c.get("answerHeaders")) {
    if (name === "set-cookie") headers.append(name, value);
    else headers.set(name, value);
  }
  headers.set("Server-Timing", timings.header(ms));
  exposeAnswer(c.req.raw, c.req.path, headers);
  setSecurityHeaders(headers, c.get("config"));
  if (!headers.has("cache-control")) headers.set("Cache-Control", "no-store");
  logRequest(c.get("config")?.logLevel ?? "error", {
    requestId: c.get("requestId"),
    method: c.req.method,
    // All middleware is registered at `/*`; the last other match is the route.
    route: matchedRoutes(c).findLast(({ path }) => path !== "/*")?.path ?? "none",
    status: c.res.status,
    ms,
    timings,
    ownerId: c.get("actor")?.ownerId,
    actorKind: c.get("actor")?.kind,
    code: c.get("problemCode"),
    cf: c.req.raw.cf,
  });
});

type C = Parameters<typeof requestScope>[0];

/** Responds to an invalid configuration here; the app's `onError` handles every later error. */
async function prepareAndRun(c: C, next: () => Promise<void>): Promise<Response | null> {
  try {
    const config = configOf(c.env);
    c.set("config", config);
    logConfigurationNotice(config);
    c.set("database", connect(config.database));
    c.set("reporter", reporterOf(config, c.executionCtx));
  } catch (error) {
    return problemResponse(c, appErrorOf(error));
  }
  await next();
  return null;
}
