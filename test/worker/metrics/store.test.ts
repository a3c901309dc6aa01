import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyticsStore } from "../../../worker/metrics/analytics-store.ts";
import type { Dataset } from "../../../worker/metrics/ask-analytics.ts";
import { postgresStore } from "../../../worker/metrics/postgres-store.ts";
import type { MetricsStore } from "../../../worker/metrics/store.ts";
import { type IsolateMinute, MetricsRecorder, minuteMs, SpanCollector } from "../../../worker/monitoring/index.ts";
import { type Stage, startStage } from "../webhooks/stage.ts";

// One suite for both adapters of the port: a real PostgreSQL, and a stand-in for Analytics Engine's SQL API.

type Point = { blobs: string[]; doubles: number[] };

/** A dataset with its SQL API, which keeps data points and answers the one query that the adapter sends. */
async function startAnalytics(): Promise<{ dataset: Dataset; url: string; server: Server; points: Point[] }> {
  const points: Point[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const query = Buffer.concat(chunks).toString();
    const column = /AND (blob[34]) = '([\w-]+)'/.exec(query);
    if (column !== null) {
      const place = column[1] === "blob3" ? 2 : 3;
      const traces = points.filter(({ blobs, doubles }) => doubles[0] === 0 && blobs[place] === column[2]);
      const data = traces.map(({ blobs }) => ({ traceId: blobs[3], data: blobs[1] }));
      return void response.end(JSON.stringify({ meta: [], data, rows: data.length }));
    }
    const bound = (operator: string) => Number(new RegExp(`double1 ${operator} (\\d+)`).exec(query)?.[1]);
    if (request.headers.authorization !== "Bearer token-of-analytics" || !/^SELECT .* FORMAT JSON$/s.test(query)) {
      response.statusCode = 422;
      return void response.end();
    }
    const [from, to] = [bound(">="), bound("<")];
    const rows = points
      .filter(({ doubles: [minute = 0] }) => minute >= from && minute < to)
      .map(({ doubles, blobs }) => ({ version: doubles[1], data: blobs[1] }));
    response.end(JSON.stringify({ meta: [], data: rows, rows: rows.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const dataset: Dataset = {
    writeDataPoint: (point) =>
      void points.push({ blobs: (point?.blobs ?? []).map(String), doubles: point?.doubles ?? [] }),
  };
  return { dataset, url: `http://127.0.0.1:${address.port}`, server, points };
}

let stage: Stage;
let analytics: Awaited<ReturnType<typeof startAnalytics>>;
beforeAll(async () => {
  [stage, analytics] = await Promise.all([startStage(), startAnalytics()]);
}, 60_000);
afterAll(async () => {
  await stage.stop();
  analytics.server.close();
});

const settings = () => ({ url: analytics.url, token: "token-of-analytics", dataset: "edgesmith_metrics" });
const stores: [string, () => MetricsStore][] = [
  ["Postgres", () => postgresStore(stage.database)],
  ["Analytics Engine", () => analyticsStore(analytics.dataset, settings())],
];

let lastStart = Date.UTC(2026, 10, 1);
/** @returns a period of its own for each test: ten minutes that no other test writes to */
function newPeriod() {
  lastStart += 60 * minuteMs;
  return { from: lastStart, to: lastStart + 10 * minuteMs };
}

/** Counts requests of one isolate at a moment. */
function isolateAt(at: number, requests: { route?: string; status?: number; ms?: number }[]): IsolateMinute[] {
  const recorder = new MetricsRecorder(() => at);
  for (const { route = "GET /v1/me", status = 200, ms = 10 } of requests)
    recorder.countRequest({
      requestId: `req-${status}-12345`,
      route,
      status,
      ms,
      databaseMs: 2,
      databaseCalls: 1,
      code: status >= 500 ? "internal" : null,
    });
  return recorder.unstored();
}

describe.each(stores)("the metrics store in %s", (_, storeOf) => {
  it("The counts of all isolates are added by minute, and maxima are kept", async () => {
    const [store, period] = [storeOf(), newPeriod()];
    const other = new MetricsRecorder(() => period.from + 1);
    other.countDatabaseCall(1_500, "select run");
    other.count("failed_sign_ins", 3);
    other.held.hold(1_000);
    other.count("failed_sign_ins");
    await store.write([...isolateAt(period.from, [{}, { status: 503 }]), ...other.unstored()]);
    await store.write(isolateAt(period.from + minuteMs, [{}]));
    const totals = await store.totals(period);
    expect(totals.map(({ minute, requests }) => [minute, requests])).toEqual([
      [period.from, 2],
      [period.from + minuteMs, 1],
    ]);
    expect(totals[0]).toMatchObject({
      ...{ errors: 1, databaseCalls: 1, databaseMaxMs: 1_500, heldBytes: 1_000 },
      counters: { failed_sign_ins: 4 },
      slowQueries: [{ name: "select run", ms: 1_500 }],
    });
    expect(Object.values(totals[0]?.latency ?? {})).toEqual([2]);
  });

  it("A newer version of a minute replaces the older one, whatever the order of arrival", async () => {
    const [store, period] = [storeOf(), newPeriod()];
    const [first] = isolateAt(period.from, [{}]);
    if (first === undefined) throw new Error("nothing was counted");
    const second = { ...first, version: 2, requests: 2 };
    await store.write([second]);
    await store.write([first]);
    await store.write([second]);
    expect((await store.totals(period)).map(({ requests }) => requests)).toEqual([2]);
  });

  it("Routes are added over the period with their errors by class", async () => {
    const [store, period] = [storeOf(), newPeriod()];
    const route = "POST /v1/projects";
    await store.write(isolateAt(period.from, [{ route }, { route, status: 422 }, { route, status: 500 }, {}]));
    await store.write(isolateAt(period.from + minuteMs, [{ route }]));
    await store.write(isolateAt(period.to, [{ route }]));
    const routes = await store.routes(period);
    expect(Object.keys(routes).sort()).toEqual(["GET /v1/me", route]);
    expect(routes[route]).toMatchObject({
      requests: 4,
      clientErrors: 1,
      serverErrors: 1,
      databaseCalls: 4,
      databaseMs: 8,
    });
  });

  it("The newest faults come first, with their request ids", async () => {
    const [store, period] = [storeOf(), newPeriod()];
    await store.write(isolateAt(period.from, [{ status: 500 }]));
    await store.write(isolateAt(period.from + minuteMs, [{ status: 503 }, {}]));
    const faults = await store.faults(period, 1);
    expect(faults).toEqual([
      {
        at: new Date(period.from + minuteMs).toISOString(),
        requestId: "req-503-12345",
        route: "GET /v1/me",
        status: 503,
        code: "internal",
      },
    ]);
  });

  it("A request's trace is returned with the work that it led to, once, and no other", async () => {
    const store = storeOf();
    const requestId = `req-${crypto.randomUUID()}`;
    const own = new SpanCollector(requestId);
    const at = Date.UTC(2026, 10, 1);
    const call = { spanId: "b".repeat(16), parentSpanId: own.trace.spanId, kind: "db", name: "select run" } as const;
    own.add({ ...call, at: at + 2, ms: 3.5, ok: false });
    const traceparent = own.origin().traceparent;
    const run = new SpanCollector("another-request-id", traceparent);
    const finish = (spans: SpanCollector, kind: "request" | "run", after: number) => {
      const record = spans.finish({ kind, name: kind, at: at + after, ms: 10, ok: true });
      if (record === null) throw new Error("the trace is not sampled");
      return record;
    };
    const [first, second] = [finish(own, "request", 0), finish(run, "run", 5)];
    await store.write([], [first, second, finish(new SpanCollector("unrelated-request"), "request", 0)]);
    await store.write([], [first]);
    const found = await store.traces(requestId);
    expect(found.map((trace) => [trace.requestId, trace.traceId, trace.at])).toEqual([
      [requestId, own.trace.traceId, at],
      ["another-request-id", own.trace.traceId, at + 5],
    ]);
    expect(found[0]?.spans).toEqual([
      { spanId: own.trace.spanId, parentSpanId: null, kind: "request", name: "request", at, ms: 10, ok: true },
      { ...call, at: at + 2, ms: 3.5, ok: false },
    ]);
    expect(await store.traces("unknown-request")).toEqual([]);
  });

  it("A period without requests has no minutes, routes or faults", async () => {
    const [store, period] = [storeOf(), newPeriod()];
    expect(await store.totals(period)).toEqual([]);
    expect(await store.routes(period)).toEqual({});
    expect(await store.faults(period, 10)).toEqual([]);
  });
});

describe("Analytics Engine", () => {
  it("A minute with very many routes fits into a data point, with the routes that were used most", async () => {
    const period = newPeriod();
    const many = Array.from({ length: 400 }, (_, at) => ({ route: `GET /v1/a-rather-long-name-of-a-route/${at}` }));
    const busy = { route: "GET /v1/busy" };
    await analyticsStore(analytics.dataset, settings()).write(isolateAt(period.from, [...many, busy, busy]));
    const bytes = (analytics.points.at(-1)?.blobs ?? []).reduce((sum, blob) => sum + Buffer.byteLength(blob), 0);
    expect(bytes).toBeLessThan(16_000);
    expect(Object.keys(await analyticsStore(analytics.dataset, settings()).routes(period))).toContain(busy.route);
  });

  it("An invalid id never reaches a query", async () => {
    const store = analyticsStore(analytics.dataset, { ...settings(), token: "wrong" });
    expect(await store.traces("x' OR 1 = 1 --")).toEqual([]);
  });

  it("An SQL API that refuses is a dependency that is down, without its answer", async () => {
    const store = analyticsStore(analytics.dataset, { ...settings(), token: "wrong" });
    await expect(store.totals(newPeriod())).rejects.toMatchObject({ code: "dependency_down" });
  });
});
