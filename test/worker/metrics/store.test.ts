import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyticsStore, type Dataset } from "../../../worker/metrics/analytics-store.ts";
import { postgresStore } from "../../../worker/metrics/postgres-store.ts";
import type { MetricsStore } from "../../../worker/metrics/store.ts";
import { type IsolateMinute, MetricsRecorder, minuteMs } from "../../../worker/monitoring/index.ts";
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

  it("A minute that is stored again replaces itself, whatever the order of arrival", async () => {
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

  it("An SQL API that refuses is a dependency that is down, without its answer", async () => {
    const store = analyticsStore(analytics.dataset, { ...settings(), token: "wrong" });
    await expect(store.totals(newPeriod())).rejects.toMatchObject({ code: "dependency_down" });
  });
});
