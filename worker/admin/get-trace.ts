import type { RequestTrace } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import type { MetricsStore } from "../metrics/index.ts";

const maxSpans = 1_000;

/**
 * Returns the spans of a request, and of the runs and deliveries that it led to.
 * @throws AppError `not_found` when no trace of it is stored
 */
export async function getTrace({ store }: { store: MetricsStore }, requestId: string): Promise<RequestTrace> {
  const records = await store.traces(requestId);
  if (records.length === 0) throw new AppError("not_found", "No trace of this request is stored.");
  const spans = records
    .flatMap((record) =>
      record.spans.map((span) => ({ ...span, traceId: record.traceId, requestId: record.requestId })),
    )
    .sort((a, b) => a.at - b.at);
  const kept = spans.slice(0, maxSpans).map(({ at, ...span }) => ({ ...span, at: new Date(at).toISOString() }));
  const dropped = records.reduce((sum, record) => sum + record.dropped, spans.length - kept.length);
  return { requestId, spans: kept, dropped };
}
