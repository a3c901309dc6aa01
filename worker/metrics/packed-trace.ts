import { z } from "zod";
import type { Span, TraceRecord } from "../monitoring/index.ts";

const kinds = [
  "request",
  "run",
  "deliveries",
  "cron",
  "db",
  "limit",
  "session",
  "model",
  "preview",
  "webhook",
] as const satisfies readonly Span["kind"][];

/**
 * A span in a compact form: its id, its parent's id, kind, name, milliseconds since the start of the trace, duration,
 * and 1 for success.
 */
const packedSpan = z.tuple([
  z.string(),
  z.string().nullable(),
  z.enum(kinds),
  z.string(),
  z.number(),
  z.number(),
  z.union([z.literal(0), z.literal(1)]),
]);

/** A stored trace, without the priority that it had until it was stored. */
export const packedTrace = z.object({
  requestId: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  at: z.coerce.number(),
  dropped: z.coerce.number(),
  spans: z.array(packedSpan),
});
export type PackedTrace = z.infer<typeof packedTrace>;

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** @returns a trace in its stored form; the id of its first span identifies it */
export function packTrace({ requestId, traceId, at, dropped, spans }: TraceRecord): PackedTrace {
  const packed = spans.map((span): PackedTrace["spans"][number] => {
    const { spanId, parentSpanId, kind, name } = span;
    return [spanId, parentSpanId, kind, name, span.at - at, tenths(span.ms), span.ok ? 1 : 0];
  });
  return { requestId, traceId, spanId: spans[0]?.spanId ?? "", at, dropped, spans: packed };
}

/** @returns a trace from its stored form */
export const unpackTrace = ({ requestId, traceId, at, dropped, spans }: PackedTrace): TraceRecord => ({
  requestId,
  traceId,
  at,
  dropped,
  priority: "continued",
  spans: spans.map(([spanId, parentSpanId, kind, name, after, ms, ok]) => ({
    ...{ spanId, parentSpanId, kind, name, ms },
    at: at + after,
    ok: ok === 1,
  })),
});
