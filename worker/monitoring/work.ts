import { type LogLevel, log } from "./log.ts";
import { metrics } from "./metrics/index.ts";
import { type Origin, type Span, SpanCollector, type TraceRecord } from "./spans.ts";
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

/**
 * Ends work: keeps its spans to be stored with the isolate's counts, and logs them.
 * @param defer runs the logging later; by default it runs at once
 */
export function finishWork(
  { spans }: Timings,
  threshold: LogLevel,
  root: Omit<Span, "spanId" | "parentSpanId">,
  defer: (work: () => void) => void = (work) => work(),
): void {
  const record = spans.finish(root);
  metrics.traces.add(record);
  defer(() => logSpans(threshold, record));
}

/** Writes one line for each hop of a finished trace. */
export function logSpans(threshold: LogLevel, record: TraceRecord | null): void {
  if (record === null) return;
  const { requestId, traceId } = record;
  for (const { at, ms, ...span } of record.spans) {
    const startedAt = new Date(at).toISOString();
    log(threshold, "info", { event: "span", requestId, traceId, ...span, startedAt, ms: Math.round(ms * 10) / 10 });
  }
}
