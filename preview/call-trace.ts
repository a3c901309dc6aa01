import type { CallTrace } from "../worker/contract/preview-fault.ts";

/**
 * Logs a call from the API Worker as a span of the request that caused it, in the schema of docs/monitoring.md. Without
 * a trace, or when the trace is not sampled, only makes the call.
 */
export async function withTrace<T>(name: string, trace: CallTrace | undefined, call: () => Promise<T>): Promise<T> {
  const [, traceId, parentSpanId, flags] = trace?.traceparent.split("-") ?? [];
  if (trace === undefined || flags !== "01") return call();
  const startedAt = new Date();
  let ok = false;
  try {
    const result = await call();
    ok = true;
    return result;
  } finally {
    const ids = { requestId: trace.requestId, traceId, spanId: newSpanId(), parentSpanId };
    const ms = Date.now() - startedAt.getTime();
    const line = { level: "info", at: new Date().toISOString(), event: "span", ...ids };
    console.log(JSON.stringify({ ...line, kind: "preview", name, ok, startedAt: startedAt.toISOString(), ms }));
  }
}

const newSpanId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
