type Span = { spanId: string; parentSpanId: string | null };

/** Returns how deep each span lies below the first of its trace; a span whose parent is unknown is not below any. */
export function depthsOf(spans: readonly Span[]): Map<string, number> {
  const parents = new Map(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId]));
  const depthOf = (spanId: string): number => {
    let depth = 0;
    // A client may send spans that name each other as parents.
    for (let at = parents.get(spanId); typeof at === "string" && parents.has(at) && depth < spans.length; depth += 1)
      at = parents.get(at);
    return depth;
  };
  return new Map(spans.map(({ spanId }) => [spanId, depthOf(spanId)]));
}
