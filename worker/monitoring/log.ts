import type { Config } from "../config/index.ts";
import { redact, redactedJson } from "./redact.ts";
import { loggedSpan, type TraceRecord } from "./spans.ts";
import type { Timings } from "./timings.ts";

export type LogLevel = Config["logLevel"];
type Level = Exclude<LogLevel, "silent">;

const order: LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** Writes one redacted line of JSON to the console when `level` is at least `threshold`. */
export function log(threshold: LogLevel, level: Level, fields: Record<string, unknown>): void {
  if (isWritten(threshold, level)) console.log(JSON.stringify({ ...startOf(level), ...Object(redact(fields)) }));
}

const isWritten = (threshold: LogLevel, level: Level): boolean => order.indexOf(level) >= order.indexOf(threshold);

/** Every line begins with its level and time. */
const startOf = (level: Level) => ({ level, at: new Date().toISOString() });

/** The fields of a request's log line. */
export type AnsweredRequest = {
  requestId: string;
  method: string;
  /** The route's template (`/v1/projects/:id`), never the path itself: it groups lines and identifies nobody. */
  route: string;
  status: number;
  ms: number;
  timings: Timings;
  ownerId?: string | undefined;
  actorKind?: string | undefined;
  /** The problem code of an error response. */
  code?: string | undefined;
  /** `request.cf`, if present. */
  cf?: unknown;
};

/**
 * Writes the log line of a request: 5xx at the level `error`, all others at `info`. The line contains the hops of the
 * trace: a line per hop took longer than the work of a read itself, and log services charge by the line.
 */
export function logRequest(threshold: LogLevel, request: AnsweredRequest, trace: TraceRecord | null = null): void {
  const level = request.status >= 500 ? "error" : "info";
  if (!isWritten(threshold, level)) return;
  const [, ...hops] = trace?.spans ?? [];
  const spans = hops.length > 0 ? { spans: hops.map(loggedSpan) } : {};
  console.log(redactedJson({ ...startOf(level), ...fieldsOf(request), ...spans }));
}

function fieldsOf({ timings, cf, ms, ...request }: AnsweredRequest) {
  const spent = Object.fromEntries(
    [...timings.spent].flatMap(([name, entry]) => [
      [`${name}Ms`, tenths(entry.ms)],
      [`${name}Calls`, entry.calls],
    ]),
  );
  return {
    event: "request",
    ...request,
    traceId: timings.spans.trace.traceId,
    spanId: timings.spans.trace.spanId,
    parentSpanId: timings.spans.trace.parentSpanId ?? undefined,
    route: templateOf(request.route),
    ms: tenths(ms),
    ...spent,
    colo: textAt(cf, "colo"),
    country: textAt(cf, "country"),
  };
}

/** Converts the router's `:id` and `:path{.+}` to the OpenAPI document's `{id}`. */
export const templateOf = (route: string): string => route.replace(/:(\w+)(?:\{[^/]*\})?\??/g, "{$1}");

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

function textAt(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: unknown = Reflect.get(value, name);
  return typeof member === "string" ? member : undefined;
}
