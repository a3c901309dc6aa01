import { eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { alertEvent, alertRule } from "../../../drizzle/schema/index.ts";
import { evaluateAlerts } from "../../../worker/alerts/index.ts";
import type { AppEnv, Env } from "../../../worker/http/environment.ts";
import { appErrorOf, problemResponse } from "../../../worker/http/middleware/problem.ts";
import { requestScope } from "../../../worker/http/middleware/request-scope.ts";
import { postgresStore } from "../../../worker/metrics/postgres-store.ts";
import { metrics, minuteMs, minuteOf } from "../../../worker/monitoring/index.ts";
import { configOf, type Stage, startStage } from "../webhooks/stage.ts";

// Requests through the middleware that counts and answers them, some of which fail in the database, under an injected clock.

// Node has no Durable Objects, and these requests reach none.
vi.mock("cloudflare:workers", () => ({ DurableObject: class {} }));

const appUrl = "http://localhost:8787";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.database.update(alertRule).set({ since: new Date(minuteOf(Date.now())) });
}, 60_000);
afterAll(() => stage.stop());

const app = new Hono<AppEnv>().use("/*", requestScope);
app.get("/v1/agents", (c) => c.json([]));
app.get("/v1/projects", async (c) => c.json(await c.get("database").execute(sql`SELECT 1 / 0`)));
app.onError((error, c) => problemResponse(c, appErrorOf(error)));

/** Sends a request. @returns the status */
async function send(path: string): Promise<number> {
  const env = {
    ...stage.variables,
    AUTH_SECRET: "a-secret-of-thirty-two-characters",
    APP_URL: appUrl,
    PREVIEW_DOMAIN: "localhost:8788",
    RATE_LIMITS: "off",
    LOG_LEVEL: "silent",
    SESSIONS: {},
    RATE_LIMITERS: {},
    DELIVERIES: {},
    PREVIEW: {},
  };
  const background = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const response = await app.fetch(
    new Request(appUrl + path),
    env as unknown as Env,
    background as unknown as ExecutionContext,
  );
  return response.status;
}

async function statusesOf(count: number, path: string): Promise<number[]> {
  const statuses = new Set<number>();
  for (let sent = 0; sent < count; sent += 1) statuses.add(await send(path));
  return [...statuses];
}

/**
 * Stores the counts, and evaluates the rules so many minutes after the newest of them.
 * @returns the events of `api_error_rate` so far
 */
async function eventsAfter(minutes: number): Promise<string[]> {
  const store = postgresStore(stage.database);
  const counts = metrics.unstored();
  await store.write(counts);
  const now = (counts.at(-1)?.minute ?? 0) + minutes * minuteMs;
  await evaluateAlerts({ config: { ...configOf(), logLevel: "silent" }, database: stage.database, store }, now);
  // On a busy machine a statement of this test may be slow, which is another alert.
  const ofRate = eq(alertEvent.name, "api_error_rate");
  const events = await stage.database.select().from(alertEvent).where(ofRate).orderBy(alertEvent.at);
  return events.map(({ kind }) => kind);
}

it("One percent of real requests may fail without an alert, and one more failure fires api_error_rate once", async () => {
  expect(await statusesOf(198, "/v1/agents")).toEqual([200]);
  expect(await statusesOf(2, "/v1/projects")).toEqual([500]);
  expect(await eventsAfter(1)).toEqual([]);
  expect(await statusesOf(1, "/v1/projects")).toEqual([500]);
  expect(await eventsAfter(2)).toEqual(["fired"]);
  expect(await eventsAfter(3)).toEqual(["fired"]);
}, 120_000);
