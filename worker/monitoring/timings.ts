import { AsyncLocalStorage } from "node:async_hooks";
import { newSpanId, type Origin, type SpanCollector, type SpanKind } from "./spans.ts";
import { traceparentOf } from "./trace.ts";

/**
 * The time that one request, run, drain or cron spent on its dependencies: milliseconds and calls by kind, for
 * Server-Timing and the log line; and its spans.
 */
export class Timings {
  readonly spent = new Map<SpanKind, { ms: number; calls: number }>();
  readonly spans: SpanCollector;

  constructor(spans: SpanCollector) {
    this.spans = spans;
  }

  add(kind: SpanKind, ms: number): void {
    const entry = this.spent.get(kind) ?? { ms: 0, calls: 0 };
    this.spent.set(kind, { ms: entry.ms + ms, calls: entry.calls + 1 });
  }

  /** @returns the value of a Server-Timing header */
  header(totalMs: number): string {
    const parts = [...this.spent].map(([kind, { ms, calls }]) => `${kind};dur=${ms.toFixed(1)};desc="${calls}"`);
    return [`total;dur=${totalMs.toFixed(1)}`, ...parts].join(", ");
  }
}

const current = new AsyncLocalStorage<Timings>();

/** Runs `work` with the timings of its request, which `timed` adds to. */
export const withTimings = <T>(timings: Timings, work: () => T): T => current.run(timings, work);

/** @returns the origin for work that continues elsewhere; undefined outside of a request */
export const currentOrigin = (): Origin | undefined => current.getStore()?.spans.origin();

/** Names the account that the current work is for, for reports of errors. */
export function setOwner(ownerId: string | undefined): void {
  const spans = current.getStore()?.spans;
  if (spans) spans.ownerId = ownerId;
}

/** @returns the ids of the current work, for error reports; none outside of a request */
export function workContext() {
  const spans = current.getStore()?.spans;
  if (!spans) return {};
  const { requestId, ownerId, route, trace } = spans;
  return { requestId, ownerId, route, traceId: trace.traceId, spanId: trace.spanId };
}

/** The headers of a call of a dependency: its `traceparent`, or none outside of a request. */
type TraceHeaders = { traceparent?: string };

/**
 * Measures a call of a dependency, as a span of the current request; outside of one it only makes the call.
 * @param name names the called operation, without a user's values; computed only where the call is recorded
 * @param call gets the headers that continue the trace
 */
export async function timed<T>(
  kind: SpanKind,
  name: () => string,
  call: (headers: TraceHeaders) => Promise<T>,
): Promise<T> {
  const end = beginSpan(kind, name);
  try {
    const result = await call(end.headers);
    end(true);
    return result;
  } catch (error) {
    end(false);
    throw error;
  }
}

/** Begins a span that `timed` cannot enclose. The returned function ends it, once. */
export function beginSpan(kind: SpanKind, name: () => string): ((ok: boolean) => void) & { headers: TraceHeaders } {
  const timings = current.getStore();
  if (!timings) return Object.assign(() => undefined, { headers: {} });
  const { trace } = timings.spans;
  const spanId = newSpanId();
  const at = Date.now();
  const from = performance.now();
  let isOver = false;
  const end = (ok: boolean) => {
    if (isOver) return;
    isOver = true;
    const ms = performance.now() - from;
    timings.add(kind, ms);
    if (trace.isSampled) timings.spans.add({ spanId, parentSpanId: trace.spanId, kind, name: name(), at, ms, ok });
  };
  return Object.assign(end, { headers: { traceparent: traceparentOf(trace, spanId) } });
}
