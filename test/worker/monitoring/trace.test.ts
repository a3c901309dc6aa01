import { createServer } from "node:http";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../worker/database/index.ts";
import {
  MetricsRecorder,
  type Span,
  SpanCollector,
  Timings,
  traceOf,
  withTimings,
} from "../../../worker/monitoring/index.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

const span = (spans: SpanCollector): Span => ({
  ...{ spanId: "b".repeat(16), parentSpanId: spans.trace.spanId, kind: "db", name: "select run" },
  ...{ at: 0, ms: 1, ok: true },
});
const root = { kind: "request", name: "GET /", at: 0, ms: 1, ok: true } as const;

describe("the traces of an isolate", () => {
  it("A trace keeps its first 200 spans and the number of the others", () => {
    const spans = new SpanCollector("req-12345678");
    for (let call = 0; call < 250; call += 1) spans.add(span(spans));
    const record = spans.finish(root);
    expect([record?.spans.length, record?.dropped]).toEqual([201, 50]);
  });

  it("An isolate keeps the newest traces, and prefers failed and requested ones", () => {
    const { traces } = new MetricsRecorder();
    const add = (id: string, more: { ok?: boolean; header?: string } = {}) =>
      traces.add(new SpanCollector(id, more.header).finish({ ...root, ok: more.ok ?? true }));
    add("failed-request", { ok: false });
    add("asked-request", { header: `00-${traceId}-${parent}-01` });
    for (let request = 0; request < 500; request += 1) add(`request-${request}`);
    const ids = traces.unstored().map(({ requestId }) => requestId);
    expect(ids).toHaveLength(22);
    expect(ids).toContain("failed-request");
    expect(ids).toContain("asked-request");
    expect(ids).toContain("request-499");
    expect(ids).not.toContain("request-0");
  });

  it("A stored trace is dropped, and a trace that finished meanwhile is not", () => {
    const { traces } = new MetricsRecorder();
    traces.add(new SpanCollector("request-1").finish(root));
    const stored = traces.unstored();
    traces.add(new SpanCollector("request-2").finish(root));
    traces.markStored(stored);
    expect(traces.unstored().map(({ requestId }) => requestId)).toEqual(["request-2"]);
  });
});

describe("a trace", () => {
  it("A valid traceparent is continued under a span of its own", () => {
    const trace = traceOf(`00-${traceId}-${parent}-01`);
    expect(trace).toMatchObject({ traceId, isSampled: true, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(trace.spanId).not.toBe(parent);
    expect(traceOf(`00-${traceId}-${parent}-00`)).toMatchObject({ traceId, isSampled: false });
    expect(traceOf(`01-${traceId}-${parent}-01-future`)).toMatchObject({ traceId });
  });

  it.each([
    undefined,
    "",
    `ff-${traceId}-${parent}-01`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parent}-01`,
    `00-${traceId}-${parent}-01-more`,
    `00-${traceId}-${parent}`,
    `00-${traceId}-${parent}-01\nx`,
  ])("An absent or invalid traceparent begins a new trace: %j", (header) => {
    const trace = traceOf(header);
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe(traceId);
  });

  it("A request's calls of the database carry its trace, and other calls carry none", async () => {
    const received: (string | string[] | undefined)[] = [];
    const server = createServer((request, response) => {
      received.push(request.headers.traceparent);
      response.end(JSON.stringify({ fields: [], rows: [], command: "SELECT", rowCount: 0 }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const fetchEndpoint = `http://127.0.0.1:${address.port}/sql`;
    const database = connect({ url: "postgresql://ada:pw@db.example/edgesmith", fetchEndpoint });
    const spans = new SpanCollector("req-12345678", `00-${traceId}-${parent}-01`);
    await withTimings(new Timings(spans), async () => {
      await database.execute(sql`SELECT name FROM project WHERE id = ${"a value"}`);
    });
    await database.execute(sql`SELECT 1`);
    server.close();
    const record = spans.finish({ kind: "request", name: "GET /", at: 0, ms: 1, ok: true });
    const [root, call] = record?.spans ?? [];
    expect(root).toMatchObject({ parentSpanId: parent, spanId: spans.trace.spanId });
    expect(call).toMatchObject({ kind: "db", name: "select project", parentSpanId: spans.trace.spanId, ok: true });
    expect(received).toEqual([`00-${traceId}-${call?.spanId}-01`, undefined]);
  });
});
