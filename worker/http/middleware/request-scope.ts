import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { configOf } from "../../config/index.ts";
import { newId } from "../../contract/index.ts";
import { connect } from "../../database/index.ts";
import { flusher, metricsStoreOf } from "../../metrics/index.ts";
import {
  type AnsweredRequest,
  keepTrace,
  logRequest,
  metrics,
  reporterOf,
  SpanCollector,
  Timings,
  templateOf,
  withTimings,
} from "../../monitoring/index.ts";
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
  const at = Date.now();
  const requestedId = c.req.header("x-request-id");
  const requestId = requestedId && requestIdShape.test(requestedId) ? requestedId : crypto.randomUUID();
  const timings = new Timings(new SpanCollector(requestId, c.req.header("traceparent")));
  timings.spans.route = `${c.req.method} ${routeOf(c)}`;
  c.set("requestId", requestId);
  c.set("answerHeaders", new Headers());
  c.set("actor", null);
  c.set("opId", newId("operation"));
  const release = metrics.held.hold(bodyBytes(c));
  const run = () => prepareAndRun(c, next);
  const isMonitored = isMonitoredBy(c);
  const failure = await (isMonitored ? withTimings(timings, run) : run()).finally(release);
  if (failure) c.res = failure;
  const ms = performance.now() - from;
  // The first `c.header` copies the Response into one with mutable headers; further calls would copy it each time.
  c.header("X-Request-Id", requestId);
  const { headers } = c.res;
  for (const [name, value] of c.get("answerHeaders")) {
    if (name === "set-cookie") headers.append(name, value);
    else headers.set(name, value);
  }
  headers.set("Server-Timing", timings.header(ms));
  headers.set("X-Trace-Id", timings.spans.trace.traceId);
  exposeAnswer(c.req.raw, c.req.path, headers);
  setSecurityHeaders(headers, c.get("config"));
  if (!headers.has("cache-control")) headers.set("Cache-Control", "no-store");
  const route = routeOf(c);
  if (isMonitored) countRequest(c, route, timings, ms);
  const request = {
    requestId,
    method: c.req.method,
    route,
    status: c.res.status,
    ms,
    timings,
    ownerId: c.get("actor")?.ownerId,
    actorKind: c.get("actor")?.kind,
    code: c.get("problemCode"),
    cf: c.req.raw.cf,
  };
  writeLog(c, request, isMonitored && !isProbe(c) ? at : null);
});

/**
 * Writes a request's log line after its response: redacting and serializing it takes longer than the work of a read.
 * @param tracedFrom when the request began, in Unix milliseconds; null when its spans are not kept
 */
function writeLog(c: C, request: AnsweredRequest, tracedFrom: number | null): void {
  const logLevel = c.get("config")?.logLevel ?? "error";
  const { method, route, status, ms, timings } = request;
  const root = { kind: "request", name: `${method} ${route}`, ms, ok: status < 500 } as const;
  const trace = tracedFrom === null ? null : keepTrace(timings, { ...root, at: tracedFrom });
  if (logLevel === "silent") return;
  const responded = new Promise((resolve) => setTimeout(resolve, 0));
  c.executionCtx.waitUntil(responded.then(() => logRequest(logLevel, request, trace)));
}

type C = Parameters<typeof requestScope>[0];

/** All middleware is registered at `/*`, so the last match at another path is the route. */
const routeOf = (c: C): string => templateOf(matchedRoutes(c).findLast(({ path }) => path !== "/*")?.path ?? "none");

/** False for an invalid configuration, which `prepareAndRun` responds to. */
function isMonitoredBy(c: C): boolean {
  try {
    return configOf(c.env).isMonitored;
  } catch {
    return true;
  }
}

/** Probes of monitors are not traffic of users. */
const isProbe = (c: C): boolean => c.req.path === "/v1/health" || c.req.path === "/v1/ready";

/** @returns the declared size of the request's body, which stays in memory until the response; 0 when unknown */
function bodyBytes(c: C): number {
  const declared = Number(c.req.header("content-length") ?? 0);
  return Number.isSafeInteger(declared) && declared > 0 ? Math.min(declared, maxDeclaredBytes) : 0;
}

/** The maximum size of a body: a larger Content-Length must not raise the memory alert. */
const maxDeclaredBytes = 20 * 1024 * 1024;

/** Counts a finished request in this isolate's metrics, which are stored after the response. */
function countRequest(c: C, route: string, timings: Timings, ms: number): void {
  const { ms: databaseMs, calls: databaseCalls } = timings.spent.get("db") ?? { ms: 0, calls: 0 };
  const { status } = c.res;
  metrics.countRequest({
    requestId: c.get("requestId"),
    route: `${c.req.method} ${route}`,
    status,
    ms,
    databaseMs,
    databaseCalls,
    code: c.get("problemCode") ?? null,
  });
  const database = c.get("database");
  if (database) flusher.schedule(metricsStoreOf(c.env, c.get("config"), database), c.executionCtx);
}

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
