import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MetricsFlusher } from "../../../worker/metrics/flusher.ts";
import type { MetricsStore } from "../../../worker/metrics/store.ts";
import { MetricsRecorder } from "../../../worker/monitoring/index.ts";

const request = {
  requestId: "req-12345678",
  route: "GET /v1/me",
  status: 200,
  ms: 1,
  databaseMs: 0,
  databaseCalls: 0,
  code: null,
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 28, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An isolate with a store that notes when it was written to, and how many requests it knows of. */
function isolate(write: MetricsStore["write"] = async () => undefined) {
  const recorder = new MetricsRecorder();
  const flusher = new MetricsFlusher(recorder);
  const stored = new Map<string, number>();
  const writes: number[] = [];
  const store: MetricsStore = {
    write: async (minutes) => {
      writes.push(Date.now());
      await write(minutes);
      for (const { minute, isolate: id, requests } of minutes) stored.set(`${minute} ${id}`, requests);
    },
    totals: async () => [],
    routes: async () => ({}),
    traces: async () => [],
    faults: async () => [],
  };
  const serve = () => {
    recorder.countRequest(request);
    flusher.schedule(store, { waitUntil: (work) => void work });
  };
  return { serve, writes, total: () => [...stored.values()].reduce((sum, count) => sum + count, 0) };
}

describe("the flusher", () => {
  it("A busy isolate writes once a minute, and everything is stored soon after it falls silent", async () => {
    const { serve, writes, total } = isolate();
    for (let second = 0; second < 600; second += 1) {
      serve();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(writes.length).toBeLessThanOrEqual(10);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(total()).toBe(600);
    expect(writes.length).toBeLessThanOrEqual(11);
  });

  it("A single request is stored within half a minute, and an idle isolate writes nothing", async () => {
    const { serve, writes, total } = isolate();
    serve();
    await vi.advanceTimersByTimeAsync(30_000);
    expect([writes.length, total()]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(writes.length).toBe(1);
  });

  it("An isolate with a request now and then writes at most three times a minute", async () => {
    const { serve, writes, total } = isolate();
    for (let place = 0; place < 60; place += 1) {
      serve();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    await vi.advanceTimersByTimeAsync(30_000);
    expect(writes.length).toBeLessThanOrEqual(31);
    expect(total()).toBe(60);
  });

  it("A store that hangs or fails delays no request, and the next write repeats the lost counts", async () => {
    let fails = true;
    const { serve, total } = isolate(async () => {
      if (fails) throw new Error("down");
    });
    const logged = vi.spyOn(console, "log").mockImplementation(() => undefined);
    serve();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(total()).toBe(0);
    expect(logged.mock.calls.join()).toContain("metrics.failed");
    fails = false;
    serve();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(total()).toBe(2);
    logged.mockRestore();
  });
});
