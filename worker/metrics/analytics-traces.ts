import { z } from "zod";
import type { Config } from "../config/index.ts";
import type { TraceRecord } from "../monitoring/index.ts";
import { type Dataset, pointsOf } from "./ask-analytics.ts";
import { type PackedTrace, packedTrace, packTrace, unpackTrace } from "./packed-trace.ts";

type Settings = NonNullable<Config["analytics"]>;

/** All blobs of a data point together have at most 16 KB. */
const maxBlobBytes = 15_000;
const maxTraces = 100;

const row = z.object({ traceId: z.string(), data: z.string() });

/** The only values allowed in a query's text, since the API has no parameters. */
const safeId = /^[\w-]{1,64}$/;

/**
 * @returns the traces in Workers Analytics Engine, one data point each. Its first number is 0, where a data point of
 *   counts has the isolate's minute
 */
export function analyticsTraces(dataset: Dataset, settings: Settings) {
  const readBy = async (column: "blob3" | "blob4", id: string): Promise<z.infer<typeof row>[]> => {
    if (!safeId.test(id)) return [];
    const query = `SELECT blob4 AS traceId, blob2 AS data FROM ${settings.dataset}
      WHERE double1 = 0 AND blob1 = 'trace' AND ${column} = '${id}' ORDER BY timestamp LIMIT ${maxTraces} FORMAT JSON`;
    return z.array(row).parse(await pointsOf(settings, query));
  };
  return {
    write: (traces: readonly TraceRecord[]): void => {
      for (const trace of traces) {
        const { requestId, traceId } = trace;
        dataset.writeDataPoint({
          indexes: [traceId],
          blobs: ["trace", fitting(packTrace(trace)), requestId, traceId],
          doubles: [0],
        });
      }
    },
    read: async (requestId: string): Promise<TraceRecord[]> => {
      const own = new Set((await readBy("blob3", requestId)).map(({ traceId }) => traceId));
      const rows = await Promise.all([...own].map((traceId) => readBy("blob4", traceId)));
      const traces = rows.flat().map(({ data }) => packedTrace.parse(JSON.parse(data)));
      // Repeating a write whose response was lost adds another data point.
      const distinct = new Map(traces.map((trace) => [`${trace.requestId} ${trace.spanId}`, trace]));
      return [...distinct.values()]
        .map(unpackTrace)
        .sort((a, b) => a.at - b.at)
        .slice(0, maxTraces);
    },
  };
}

/** @returns a trace as JSON, without its last spans when it would be too large for a data point */
function fitting(trace: PackedTrace): string {
  for (let kept = trace.spans.length; ; kept = Math.floor(kept * 0.8)) {
    const dropped = trace.dropped + trace.spans.length - kept;
    const text = JSON.stringify({ ...trace, dropped, spans: trace.spans.slice(0, kept) });
    if (kept === 0 || new TextEncoder().encode(text).byteLength <= maxBlobBytes) return text;
  }
}
