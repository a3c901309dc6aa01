import type { LogLevel } from "./log.ts";
import { metrics } from "./metrics/index.ts";
import { logSpans, type Origin, type Span, SpanCollector } from "./spans.ts";
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

/** Ends work: logs its spans, and keeps them to be stored with the isolate's counts. */
export function finishWork({ spans }: Timings, threshold: LogLevel, root: Omit<Span, "spanId" | "parentSpanId">): void {
  const record = spans.finish(root);
  logSpans(threshold, record);
  metrics.traces.add(record);
}
