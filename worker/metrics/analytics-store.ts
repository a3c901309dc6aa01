import { z } from "zod";
import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";
import { addHistogram, addRoute, type CounterName, emptyRoute, type IsolateMinute } from "../monitoring/index.ts";
import type { MetricsStore, MinuteTotals, Period } from "./store.ts";

/** The part of the binding that is used; a dataset outside Cloudflare discards all data points. */
export type Dataset = Pick<AnalyticsEngineDataset, "writeDataPoint">;

/** All blobs of a data point together have at most 16 KB. */
const maxBlobBytes = 15_000;
const timeoutMs = 10_000;

type Settings = NonNullable<Config["analytics"]>;

/** A data point as the SQL API returns it; its JSON is an isolate's minute, as `write` encoded it. */
const answer = z.object({ data: z.array(z.object({ version: z.coerce.number(), data: z.string() })) });

/**
 * @returns a store in Workers Analytics Engine. A data point is an isolate's minute: data points are never changed, so
 *   that each write adds one, and the reader takes the newest version. A data point is readable about a minute later
 */
export function analyticsStore(dataset: Dataset, settings: Settings): MetricsStore {
  const read = (period: Period) => readPoints(settings, period);
  return {
    write: async (minutes) => {
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

/** @returns a minute as JSON without its least used routes, as far as it would be too large for a data point */
function fitting(minute: IsolateMinute): string {
  const routes = Object.entries(minute.routes).sort(([, a], [, b]) => b.requests - a.requests);
  for (let kept = routes.length; ; kept = Math.floor(kept * 0.8)) {
    const text = JSON.stringify({ ...minute, routes: Object.fromEntries(routes.slice(0, kept)) });
    if (kept === 0 || new TextEncoder().encode(text).byteLength <= maxBlobBytes) return text;
  }
}

/**
 * Reads the newest version of each isolate's minutes.
 * @throws AppError `dependency_down`
 */
async function readPoints({ url, token, dataset }: Settings, { from, to }: Period): Promise<IsolateMinute[]> {
  const query = `SELECT double2 AS version, blob2 AS data FROM ${dataset}
    WHERE timestamp >= toDateTime(${Math.floor(from / 1_000)}) AND double1 >= ${from} AND double1 < ${to} FORMAT JSON`;
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: query,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new AppError("dependency_down", "The metrics can't be read now.", { cause: error, retryAfter: 5 });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new AppError("dependency_down", "The metrics can't be read now.", {
      cause: new Error(`Analytics Engine answered ${response.status}`),
      retryAfter: 5,
    });
  }
  const newest = new Map<string, { version: number; minute: IsolateMinute }>();
  for (const { version, data } of answer.parse(await response.json()).data) {
    // `write` made it.
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
