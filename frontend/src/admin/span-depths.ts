type Span = { spanId: string; parentSpanId: string | null };

/** Returns each span's depth below the root of its trace. A span with an unknown parent has depth 0. */
export function depthsOf(spans: readonly Span[]): Map<string, number> {
  const parents = new Map(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId]));
  const depthOf = (spanId: string): number => {
    let depth = 0;
    // A client may send spans that name each other as parents, so the loop stops at the number of spans.
    for (let at = parents.get(spanId); typeof at === "string" && parents.has(at) && depth < spans.length; depth += 1)
      at = parents.get(at);
    return depth;
  };
  return new Map(spans.map(({ spanId }) => [spanId, depthOf(spanId)]));
}
