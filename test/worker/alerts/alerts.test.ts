import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  alertEvent,
  alertRule,
  backup,
  charge,
  event,
  metricMinute,
  reservation,
} from "../../../drizzle/schema/index.ts";
import { sampleGauges } from "../../../worker/admin/gauges.ts";
import { evaluateAlerts, notifyOfAlerts } from "../../../worker/alerts/index.ts";
import { settleStatement } from "../../../worker/billing/index.ts";
import type { Config } from "../../../worker/config/index.ts";
import { dayOf, newId, noUsage } from "../../../worker/contract/index.ts";
import { flusher } from "../../../worker/metrics/index.ts";
import { postgresStore } from "../../../worker/metrics/postgres-store.ts";
import { isolateBytes, MetricsRecorder, type Reporter, silentReporter } from "../../../worker/monitoring/index.ts";
import { configOf, type Stage, startStage } from "../webhooks/stage.ts";

// Real traffic, counted under an injected clock and stored in a real PostgreSQL, against the default rules.

const minuteMs = 60_000;
const start = Date.UTC(2026, 10, 28, 12);

let stage: Stage;
let config: Config;
let ownerId: string;
beforeAll(async () => {
  stage = await startStage();
  ownerId = await stage.newOwner();
  config = { ...configOf(), adminEmails: [`${ownerId}@example.com`], logLevel: "silent" };
}, 60_000);
afterAll(() => stage.stop());

beforeEach(async () => {
  await stage.database.delete(metricMinute);
  await stage.database.delete(charge);
  await stage.database.delete(alertEvent);
  await stage.database.delete(event);
  const untouched = { state: "ok", pendingSince: null, resolvedAt: null, evaluatedAt: null } as const;
  await stage.database.update(alertRule).set({ ...untouched, since: new Date(start) });
});

/** Applies `count` to the metrics of one isolate at a moment, and stores them. */
async function counted(at: number, count: (recorder: MetricsRecorder) => void): Promise<void> {
  const recorder = new MetricsRecorder(() => at);
  count(recorder);
  await postgresStore(stage.database).write(recorder.unstored());
}

const requests = (recorder: MetricsRecorder, count: number, status: number) => {
  for (let at = 0; at < count; at += 1)
    recorder.countRequest({
      requestId: "req-12345678",
      route: "GET /v1/projects",
      status,
      ms: 5,
      databaseMs: 1,
      databaseCalls: 1,
      code: null,
    });
};

const evaluate = (now: number) =>
  evaluateAlerts({ config, database: stage.database, store: postgresStore(stage.database) }, now);

/** The events of the owner's account, as `type name`. */
const outbox = async (): Promise<string[]> => {
  const rows = await stage.database
    .select({ type: event.type, name: sql<string>`data ->> 'name'` })
    .from(event)
    .where(eq(event.ownerId, ownerId))
    .orderBy(event.createdAt, event.id);
  return rows.map(({ type, name }) => `${type} ${name}`);
};

async function spend(microUsd: number): Promise<void> {
  const id = newId("run");
  const about = { ownerId, day: dayOf(Date.now()), projectId: "prj_1", agent: "frontend", model: "claude-sonnet-5-5" };
  await stage.database.insert(reservation).values({ ...about, id, kind: "call", microUsd: 0 });
  await stage.database.batch([settleStatement(stage.database, id, { ...about, usage: { ...noUsage, microUsd } })]);
}

describe("the default alerts", () => {
  it("api_error_rate does not fire at one percent of requests, and fires at one more error, once, and is resolved once", async () => {
    await counted(start, (isolate) => {
      requests(isolate, 198, 200);
      requests(isolate, 2, 503);
    });
    expect(await evaluate(start + minuteMs)).toBe(0);
    // Another isolate's minute arrives after its evaluation.
    await counted(start + 30_000, (isolate) => requests(isolate, 1, 500));
    expect(await evaluate(start + 2 * minuteMs)).toBe(1);
    expect(await evaluate(start + 3 * minuteMs)).toBe(0);
    expect(await evaluate(start + 6 * minuteMs)).toBe(1);
    expect(await outbox()).toEqual(["alert.fired api_error_rate", "alert.resolved api_error_rate"]);
  });

  it("Only one of simultaneous evaluations fires an alert", async () => {
    await counted(start, (isolate) => requests(isolate, 20, 500));
    const fired = await Promise.all(Array.from({ length: 8 }, () => evaluate(start + minuteMs)));
    expect(fired.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await outbox()).toEqual(["alert.fired api_error_rate"]);
  });

  it("Client errors and fewer than twenty requests fire nothing", async () => {
    await counted(start, (isolate) => {
      requests(isolate, 100, 404);
      requests(isolate, 1, 500);
    });
    await counted(start + 10 * minuteMs, (isolate) => requests(isolate, 19, 500));
    expect(await evaluate(start + minuteMs)).toBe(0);
    expect(await evaluate(start + 11 * minuteMs)).toBe(0);
  });

  it("model_spend_daily does not fire at $99.99, and fires at $100.01", async () => {
    await spend(99_990_000);
    expect(await evaluate(Date.now())).toBe(0);
    await spend(20_000);
    expect(await evaluate(Date.now())).toBe(1);
    expect(await outbox()).toEqual(["alert.fired model_spend_daily"]);
    const [fired] = await stage.database.select().from(alertEvent);
    expect(fired?.data).toMatchObject({ value: 100_010_000, threshold: 100_000_000 });
  });

  it("database_slow_query names a statement that slept for 1.1 s, and none of its values", async () => {
    await stage.database.execute(sql`SELECT pg_sleep(1.1), ${"canary-value"}::text`);
    await flusher.flush(postgresStore(stage.database));
    expect(await evaluate(Date.now())).toBe(1);
    const [fired] = await stage.database.select().from(alertEvent);
    // On a busy machine the tests' own statements may be slower still.
    expect(fired?.data).toMatchObject({ name: "database_slow_query", slowQueries: expect.any(Array) });
    expect(JSON.stringify(fired)).not.toContain("canary");
    const stored = await stage.database.select().from(metricMinute);
    expect(JSON.stringify(stored.map(({ slowQueries }) => slowQueries))).toContain('"name":"pg_sleep"');
    expect(JSON.stringify(stored)).not.toContain("canary");
  });

  it("The alert memory does not fire at 79 percent of an isolate's bytes, and fires at 81 percent after a minute", async () => {
    const holding = (share: number) => (isolate: MetricsRecorder) => {
      isolate.held.hold(Math.round(share * isolateBytes));
      requests(isolate, 1, 200);
    };
    for (const minute of [0, 1, 2]) {
      await counted(start + minute * minuteMs, holding(0.79));
      expect(await evaluate(start + (minute + 1) * minuteMs)).toBe(0);
    }
    await counted(start + 3 * minuteMs, holding(0.81));
    expect(await evaluate(start + 4 * minuteMs)).toBe(0);
    await counted(start + 4 * minuteMs, holding(0.81));
    expect(await evaluate(start + 5 * minuteMs)).toBe(1);
    expect(await outbox()).toEqual(["alert.fired memory"]);
  });
});

describe("notices of alerts", () => {
  it("Sentry receives a fired alert once, under the rule's fingerprint", async () => {
    await counted(start, (isolate) => requests(isolate, 20, 500));
    await evaluate(start + minuteMs);
    const told: unknown[] = [];
    const reporter: Reporter = {
      ...silentReporter,
      capture: (error, context, fingerprint) => told.push([String(error), context?.alert, fingerprint]),
    };
    const notify = () => notifyOfAlerts({ config, database: stage.database, reporter });
    await Promise.all([notify(), notify()]);
    await notify();
    expect(told).toEqual([
      ["Error: Alert api_error_rate: error_rate is 1, more than 0.01.", "api_error_rate", ["alert", "api_error_rate"]],
    ]);
  });
});

describe("the age of the backup", () => {
  it("The alert fires when no backup was reported for more than 26 hours, and the next backup resolves it", async () => {
    const store = postgresStore(stage.database);
    const now = Date.now();
    const hourMs = 60 * minuteMs;
    const sampled = async (at: number) => {
      await sampleGauges({ database: stage.database, store }, "silent", at - 1);
      await evaluate(at);
      return (await outbox()).filter((line) => line.endsWith("backup_age"));
    };
    const report = (at: number) => stage.database.insert(backup).values({ at: new Date(at), rows: 1 });
    // Nobody has made a backup yet, so that there is nothing to measure.
    expect(await sampled(now)).toEqual([]);
    await report(now - 25 * hourMs);
    expect(await sampled(now + minuteMs)).toEqual([]);
    await stage.database.delete(backup);
    await report(now - 27 * hourMs);
    expect(await sampled(now + 2 * minuteMs)).toEqual(["alert.fired backup_age"]);
    await report(now);
    expect(await sampled(now + 3 * minuteMs)).toContain("alert.fired backup_age");
    expect(await sampled(now + 5 * minuteMs)).toEqual(["alert.fired backup_age", "alert.resolved backup_age"]);
  });
});
