import { type LogLevel, log } from "./log.ts";
import { metrics } from "./metrics/index.ts";
import { loggedSpan, type Origin, type Span, SpanCollector, type TraceRecord } from "./spans.ts";
import { Timings } from "./timings.ts";

/**
 * Begins work without a request of its own, such as a run, as a part of its origin's trace; without an origin, under
 * an id and a trace of its own.
 * @param route the kind of work, for reports of errors
 */
export function continueWork(route: string, origin?: Origin): Timings {
  const spans = new SpanCollector(origin?.requestId ?? crypto.randomUUID(), origin?.traceparent);
  spans.ownerId = origin?.ownerId;
  spans.route = route;
  return new Timings(spans);
}

type Root = Omit<Span, "spanId" | "parentSpanId">;

/**
 * Ends work, and keeps its spans to be stored with the isolate's counts.
 * @returns the trace; null when its caller does not sample it
 */
export function keepTrace({ spans }: Timings, root: Root): TraceRecord | null {
  const record = spans.finish(root);
  metrics.traces.add(record);
  return record;
}

/** Ends work without a request: keeps its spans, and logs them. */
export function finishWork(timings: Timings, threshold: LogLevel, root: Root): void {
  logSpans(threshold, keepTrace(timings, root));
}

/** Writes one line for each hop of work without a request; those of a request are in its own line. */
export function logSpans(threshold: LogLevel, record: TraceRecord | null): void {
  if (record === null) return;
  const { requestId, traceId } = record;
  for (const span of record.spans) log(threshold, "info", { event: "span", requestId, traceId, ...loggedSpan(span) });
}
