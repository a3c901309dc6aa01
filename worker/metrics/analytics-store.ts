import { z } from "zod";
import type { Config } from "../config/index.ts";
import { addHistogram, addRoute, type CounterName, emptyRoute, type IsolateMinute } from "../monitoring/index.ts";
import { analyticsTraces } from "./analytics-traces.ts";
import { type Dataset, pointsOf } from "./ask-analytics.ts";
import type { MetricsStore, MinuteTotals, Period } from "./store.ts";

/** All blobs of a data point together have at most 16 KB. */
const maxBlobBytes = 15_000;

type Settings = NonNullable<Config["analytics"]>;

/** A data point as the SQL API returns it; its JSON is an isolate's minute, as `write` encoded it. */
const answer = z.array(z.object({ version: z.coerce.number(), data: z.string() }));

/**
 * @returns a store in Workers Analytics Engine. A data point is an isolate's minute. Data points are immutable: each
 *   write adds one, and the reader uses the newest version. A data point becomes readable about a minute later
 */
export function analyticsStore(dataset: Dataset, settings: Settings): MetricsStore {
  const read = (period: Period) => readPoints(settings, period);
  const traceStore = analyticsTraces(dataset, settings);
  return {
    traces: traceStore.read,
    write: async (minutes, traces = []) => {
      traceStore.write(traces);
      for (const minute of minutes) {
        const data = fitting(minute);
        dataset.writeDataPoint({
          indexes: [minute.isolate],
          blobs: [minute.isolate, data],
          doubles: [minute.minute, minute.version],
        });
      }
    },
    totals: async (period) => totalsOf(await read(period)),
    routes: async (period) => {
      const routes: Awaited<ReturnType<MetricsStore["routes"]>> = {};
      for (const [route, counts] of (await read(period)).flatMap((minute) => Object.entries(minute.routes))) {
        const total = routes[route] ?? emptyRoute();
        routes[route] = total;
        addRoute(total, counts);
      }
      return routes;
    },
    faults: async (period, limit) =>
      (await read(period))
        .flatMap(({ faults }) => faults)
        .sort((a, b) => (a.at < b.at ? 1 : -1))
        .slice(0, limit),
  };
}

/** @returns a minute as JSON, without its least used routes when it would be too large for a data point */
function fitting(minute: IsolateMinute): string {
  const routes = Object.entries(minute.routes).sort(([, a], [, b]) => b.requests - a.requests);
  for (let kept = routes.length; ; kept = Math.floor(kept * 0.8)) {
    const text = JSON.stringify({ ...minute, routes: Object.fromEntries(routes.slice(0, kept)) });
    if (kept === 0 || new TextEncoder().encode(text).byteLength <= maxBlobBytes) return text;
  }
}

/** Reads the newest version of each isolate's minutes. */
async function readPoints(settings: Settings, { from, to }: Period): Promise<IsolateMinute[]> {
  const query = `SELECT double2 AS version, blob2 AS data FROM ${settings.dataset}
    WHERE timestamp >= toDateTime(${Math.floor(from / 1_000)}) AND double1 >= ${from} AND double1 < ${to} FORMAT JSON`;
  const newest = new Map<string, { version: number; minute: IsolateMinute }>();
  for (const { version, data } of answer.parse(await pointsOf(settings, query))) {
    // `write` encoded it.
    const minute: IsolateMinute = JSON.parse(data);
    const key = `${minute.minute} ${minute.isolate}`;
    if ((newest.get(key)?.version ?? -1) < version) newest.set(key, { version, minute });
  }
  return [...newest.values()].map(({ minute }) => minute);
}

function totalsOf(minutes: IsolateMinute[]): MinuteTotals[] {
  const totals = new Map<number, MinuteTotals>();
  for (const { isolate: _, version: __, routes: ___, faults: ____, ...minute } of minutes) {
    const total = totals.get(minute.minute);
    if (total === undefined) totals.set(minute.minute, minute);
    else addTotals(total, minute);
  }
  return [...totals.values()].sort((a, b) => a.minute - b.minute);
}

function addTotals(total: MinuteTotals, more: MinuteTotals): void {
  total.requests += more.requests;
  total.errors += more.errors;
  addHistogram(total.latency, more.latency);
  total.databaseMs += more.databaseMs;
  total.databaseCalls += more.databaseCalls;
  total.databaseMaxMs = Math.max(total.databaseMaxMs, more.databaseMaxMs);
  total.heldBytes = Math.max(total.heldBytes, more.heldBytes);
  total.openStreams += more.openStreams;
  for (const name of Object.keys(more.counters) as CounterName[])
    total.counters[name] = (total.counters[name] ?? 0) + (more.counters[name] ?? 0);
  total.slowQueries.push(...more.slowQueries);
}
