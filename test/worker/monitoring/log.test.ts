import { describe, expect, it, vi } from "vitest";
import { type LogLevel, log, logRequest, logSpans, SpanCollector, Timings } from "../../../worker/monitoring/index.ts";

/** @returns the parsed log lines that `work` wrote */
function linesOf(work: () => void): Record<string, unknown>[] {
  const spy = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    work();
    return spy.mock.calls.map(([line]) => JSON.parse(String(line)));
  } finally {
    spy.mockRestore();
  }
}

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const caller = "00f067aa0ba902b7";
const spanId = expect.stringMatching(/^[0-9a-f]{16}$/);

const answered = (about: { status?: number; code?: string; cf?: unknown } = {}) => {
  const timings = new Timings(new SpanCollector("11111111-2222", `00-${traceId}-${caller}-01`));
  timings.add("db", 4.04);
  timings.add("db", 2);
  return {
    requestId: "11111111-2222",
    method: "GET",
    route: "/v1/projects/:id",
    status: 200,
    ms: 12.345,
    timings,
    ownerId: "usr_1",
    actorKind: "token",
    ...about,
  };
};

describe("the line of a request", () => {
  it("A request's log line is one JSON object with route, client, outcome and timings", () => {
    const lines = linesOf(() =>
      logRequest("info", answered({ cf: { colo: "LIS", country: "PT", tlsVersion: "1.3" } })),
    );
    expect(lines).toEqual([
      {
        level: "info",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        event: "request",
        requestId: "11111111-2222",
        method: "GET",
        route: "/v1/projects/{id}",
        status: 200,
        ms: 12.3,
        dbMs: 6,
        dbCalls: 2,
        ...{ traceId, spanId, parentSpanId: caller },
        ownerId: "usr_1",
        actorKind: "token",
        colo: "LIS",
        country: "PT",
      },
    ]);
  });

  it("A request's log line has level error from status 500 on, and the problem's code", () => {
    const lines = linesOf(() => logRequest("info", answered({ status: 503, code: "dependency_down" })));
    expect(lines).toMatchObject([{ level: "error", status: 503, code: "dependency_down" }]);
  });

  it.each<[LogLevel, number]>([
    ["debug", 2],
    ["info", 2],
    ["warn", 1],
    ["error", 1],
    ["silent", 0],
  ])("A log line is written at LOG_LEVEL %s when its level allows", (threshold, expected) => {
    const lines = linesOf(() => {
      logRequest(threshold, answered());
      logRequest(threshold, answered({ status: 500 }));
    });
    expect(lines).toHaveLength(expected);
  });

  it("A request's log line has each hop of its trace with its parent, and none for a trace that is not sampled", () => {
    const spans = new SpanCollector("11111111-2222", `00-${traceId}-${caller}-01`);
    const at = Date.UTC(2026, 10, 28);
    const hop = {
      spanId: "b".repeat(16),
      parentSpanId: spans.trace.spanId,
      kind: "db",
      name: "select run",
      ok: true,
    } as const;
    spans.add({ ...hop, at, ms: 4.04 });
    const root = { kind: "request", name: "GET /v1/runs/{id}", at, ms: 12.345, ok: true } as const;
    const lines = linesOf(() => logRequest("info", answered(), spans.finish(root)));
    expect(lines).toMatchObject([
      { event: "request", spans: [{ ...hop, startedAt: "2026-11-28T00:00:00.000Z", ms: 4 }] },
    ]);
    const unsampled = new SpanCollector("11111111-2222", `00-${traceId}-${caller}-00`);
    const [line] = linesOf(() => logRequest("info", answered(), unsampled.finish(root)));
    expect(line).not.toHaveProperty("spans");
  });

  it("A finished trace of work without a request is one log line for each hop, with its parent, and none for a trace that is not sampled", () => {
    const spans = new SpanCollector("11111111-2222", `00-${traceId}-${caller}-01`);
    const at = Date.UTC(2026, 10, 28);
    spans.add({
      spanId: "b".repeat(16),
      parentSpanId: spans.trace.spanId,
      kind: "db",
      name: "select run",
      at,
      ms: 4.04,
      ok: true,
    });
    const root = { kind: "run", name: "run", at, ms: 12.345, ok: false } as const;
    const lines = linesOf(() => logSpans("info", spans.finish(root)));
    const common = {
      ...{ level: "info", at: expect.any(String), event: "span", requestId: "11111111-2222", traceId },
      startedAt: "2026-11-28T00:00:00.000Z",
    };
    expect(lines).toEqual([
      { ...common, spanId, parentSpanId: caller, kind: "run", name: "run", ms: 12.3, ok: false },
      {
        ...common,
        spanId: "b".repeat(16),
        parentSpanId: spans.trace.spanId,
        kind: "db",
        name: "select run",
        ms: 4,
        ok: true,
      },
    ]);
    const unsampled = new SpanCollector("11111111-2222", `00-${traceId}-${caller}-00`);
    expect(linesOf(() => logSpans("info", unsampled.finish(root)))).toEqual([]);
  });

  it("A log line has no secret in any field", () => {
    const lines = linesOf(() =>
      log("info", "warn", {
        cause: "refused: postgresql://ada:hunter2@db.example.com/app",
        headers: { cookie: "session=abcdefghijkl", authorization: "Bearer abcdefghijkl" },
        deep: [{ note: "esk_abcdefghijklmnopqrstuvwxyz0123456789" }],
      }),
    );
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|abcdefghijkl/);
  });
});
