import { describe, expect, it } from "vitest";
import { isolateBytes, MetricsRecorder, minuteMs, percentile } from "../../../worker/monitoring/index.ts";

const start = Date.UTC(2026, 10, 28, 12);

/** A recorder with a clock that the test moves. */
function recording() {
  const clock = { now: start };
  const recorder = new MetricsRecorder(() => clock.now);
  const request = (route: string, { status = 200, ms = 10 } = {}) =>
    recorder.countRequest({
      requestId: "req-12345678",
      route,
      status,
      ms,
      databaseMs: 4,
      databaseCalls: 2,
      code: status >= 400 ? "code" : null,
    });
  return { clock, recorder, request };
}

describe("the metrics of an isolate", () => {
  it("Requests are counted by minute and route with their errors by class, and probes are not", () => {
    const { clock, recorder, request } = recording();
    for (const status of [200, 404, 500]) request("GET /v1/projects", { status });
    for (const probe of ["GET /v1/health", "HEAD /v1/health", "GET /v1/ready"]) request(probe, { status: 503 });
    clock.now += minuteMs;
    request("GET /v1/me");
    const minutes = recorder.unstored();
    expect(minutes.map(({ requests, errors }) => [requests, errors])).toEqual([
      [3, 1],
      [1, 0],
    ]);
    expect(minutes[0]?.routes).toMatchObject({
      "GET /v1/projects": { requests: 3, clientErrors: 1, serverErrors: 1, databaseMs: 12, databaseCalls: 6 },
    });
    expect(minutes[0]?.faults).toMatchObject([{ requestId: "req-12345678", status: 500, code: "code" }]);
  });

  it("A stored minute is returned again only when it has changed, and a past minute is dropped", () => {
    const { clock, recorder, request } = recording();
    request("GET /v1/me");
    recorder.markStored(recorder.unstored());
    expect(recorder.unstored()).toEqual([]);
    request("GET /v1/me");
    expect(recorder.unstored().map(({ requests }) => requests)).toEqual([2]);
    clock.now += minuteMs;
    recorder.markStored(recorder.unstored());
    request("GET /v1/me");
    expect(recorder.unstored().map(({ requests }) => requests)).toEqual([1]);
  });

  it("Minutes that cannot be stored are kept for ten minutes, so that memory does not grow", () => {
    const { clock, recorder, request } = recording();
    for (let minute = 0; minute < 60; minute += 1) {
      request("GET /v1/me");
      clock.now += minuteMs;
      recorder.markStored([]);
    }
    expect(recorder.unstored().length).toBeLessThanOrEqual(11);
  });

  it("A percentile is right within five percent", () => {
    const { recorder, request } = recording();
    for (let ms = 1; ms <= 1_000; ms += 1) request("GET /v1/me", { ms });
    const [minute] = recorder.unstored();
    for (const share of [0.5, 0.95, 0.99]) {
      const value = percentile(minute?.latency ?? {}, share) ?? 0;
      expect(Math.abs(value / (share * 1_000) - 1)).toBeLessThan(0.05);
    }
    expect(percentile({}, 0.5)).toBeNull();
  });
});

describe("held bytes", () => {
  it("The bytes of a minute are its peak, with released bodies and the bytes that objects hold", () => {
    const { clock, recorder } = recording();
    const holder = { heldBytes: () => isolateBytes / 2 };
    recorder.held.watch(holder);
    const release = recorder.held.hold(1_000);
    release();
    release();
    recorder.count("failed_sign_ins");
    clock.now += minuteMs;
    recorder.count("failed_sign_ins");
    expect(recorder.unstored().map(({ heldBytes }) => heldBytes)).toEqual([isolateBytes / 2 + 1_000, isolateBytes / 2]);
  });

  it("Streams count as open until they are closed, once", () => {
    const { recorder } = recording();
    const [close] = [recorder.openStream(), recorder.openStream()];
    close?.();
    close?.();
    recorder.count("failed_sign_ins");
    expect(recorder.unstored()[0]?.openStreams).toBe(1);
  });
});
