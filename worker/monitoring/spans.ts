import { hexOf, type Trace, traceOf, traceparentOf } from "./trace.ts";

/** The kinds of spans: our own work (the first three), or a call of a dependency. */
export type SpanKind =
  | "request"
  | "run"
  | "deliveries"
  | "cron"
  | "db"
  | "limit"
  | "session"
  | "model"
  | "preview"
  | "webhook";

/** One hop of a trace. Its name has a route's template or identifiers, never a user's values. */
export type Span = {
  spanId: string;
  parentSpanId: string | null;
  kind: SpanKind;
  name: string;
  /** The start of the span in Unix milliseconds. */
  at: number;
  ms: number;
  ok: boolean;
};

/** `failed`: the work failed; `continued`: it continues a trace, of a client or of a request; `other`: neither. */
export type TracePriority = "failed" | "continued" | "other";

/** The finished spans of a request, a run, a drain of deliveries or a cron. */
export type TraceRecord = {
  requestId: string;
  traceId: string;
  at: number;
  spans: Span[];
  /** The number of spans that were omitted beyond the limit. */
  dropped: number;
  /** Decides which traces an isolate drops when it has too many to store. */
  priority: TracePriority;
};

/** The origin of work that continues elsewhere: the request behind a run or a delivery. */
export type Origin = { requestId: string; traceparent: string; ownerId?: string | undefined };

/** A run of many steps calls its dependencies thousands of times. */
const maxSpans = 200;

/** Collects the spans of one request, run, drain or cron. */
export class SpanCollector {
  readonly requestId: string;
  readonly trace: Trace;
  readonly #spans: Span[] = [];
  #dropped = 0;
  /** The account that the work is for, once known. */
  ownerId: string | undefined;
  /** The route's template, or the kind of work; for reports of errors. */
  route: string | undefined;

  /** @param traceparent the header of the caller, whose trace is continued where it is valid */
  constructor(requestId: string, traceparent?: string) {
    this.requestId = requestId;
    this.trace = traceOf(traceparent);
  }

  /** Adds a finished span. */
  add(span: Span): void {
    if (this.#spans.length < maxSpans) this.#spans.push(span);
    else this.#dropped += 1;
  }

  /** @returns the trace context for the part that continues this work elsewhere */
  origin(): Origin {
    return { requestId: this.requestId, traceparent: traceparentOf(this.trace), ownerId: this.ownerId };
  }

  /**
   * Ends the work with a span of its own.
   * @returns the record of all spans; null for a trace that its caller does not sample
   */
  finish(root: Omit<Span, "spanId" | "parentSpanId">): TraceRecord | null {
    const { traceId, spanId, parentSpanId, isSampled } = this.trace;
    if (!isSampled) return null;
    const spans = [{ spanId, parentSpanId, ...root }, ...this.#spans];
    const priority = root.ok ? (parentSpanId === null ? "other" : "continued") : "failed";
    return { requestId: this.requestId, traceId, at: root.at, spans, dropped: this.#dropped, priority };
  }
}

/** @returns a span in the log's format */
export const loggedSpan = ({ at, ms, ...span }: Span) => ({
  ...span,
  startedAt: new Date(at).toISOString(),
  ms: Math.round(ms * 10) / 10,
});

/** @returns the id of a new span */
export const newSpanId = (): string => hexOf(8);
