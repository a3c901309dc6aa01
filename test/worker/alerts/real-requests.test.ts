import { sql } from "drizzle-orm";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { alertEvent } from "../../../drizzle/schema/index.ts";
import { evaluateAlerts } from "../../../worker/alerts/index.ts";
import type { AppEnv, Env } from "../../../worker/http/environment.ts";
import { appErrorOf, problemResponse } from "../../../worker/http/middleware/problem.ts";
import { requestScope } from "../../../worker/http/middleware/request-scope.ts";
import { flusher } from "../../../worker/metrics/index.ts";
import { postgresStore } from "../../../worker/metrics/postgres-store.ts";
import { configOf, type Stage, startStage } from "../webhooks/stage.ts";

// Requests through the middleware that counts and answers them, some of which meet a database that cannot be reached, under an
// injected clock.

// Node has no Durable Objects, and these requests reach none.
vi.mock("cloudflare:workers", () => ({ DurableObject: class {} }));

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 28, 12);
const appUrl = "http://localhost:8787";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  vi.useFakeTimers({ toFake: ["Date"], now: START });
}, 60_000);
afterAll(async () => {
  vi.useRealTimers();
  await stage.stop();
});

const app = new Hono<AppEnv>().use("/*", requestScope);
app.get("/v1/projects", async (c) => {
  await c.get("database").execute(sql`SELECT 1`);
  return c.json([]);
});
app.onError((error, c) => problemResponse(c, appErrorOf(error)));

/** Sends a request that reads from a database. @returns the status */
async function send(fetchEndpoint: string): Promise<number> {
  const env = {
    ...stage.variables,
    DATABASE_FETCH_ENDPOINT: fetchEndpoint,
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
  const request = new Request(`${appUrl}/v1/projects`);
  return (await app.fetch(request, env as unknown as Env, background as unknown as ExecutionContext)).status;
}

async function statusesOf(count: number, fetchEndpoint: string): Promise<Set<number>> {
  const statuses = new Set<number>();
  for (let sent = 0; sent < count; sent += 1) statuses.add(await send(fetchEndpoint));
  return statuses;
}

async function evaluate(now: number): Promise<number> {
  const store = postgresStore(stage.database);
  expect(await flusher.flush(store)).toBe(true);
  return evaluateAlerts({ config: { ...configOf(), logLevel: "silent" }, database: stage.database, store }, now);
}

it("Of real requests one percent may fail without an alert, and one failure more fires api_error_rate once", async () => {
  expect(await statusesOf(198, stage.variables.DATABASE_FETCH_ENDPOINT)).toEqual(new Set([200]));
  expect(await statusesOf(2, "http://127.0.0.1:9/sql")).toEqual(new Set([500]));
  expect(await evaluate(START + MINUTE_MS)).toBe(0);
  expect(await statusesOf(1, "http://127.0.0.1:9/sql")).toEqual(new Set([500]));
  expect(await evaluate(START + 2 * MINUTE_MS)).toBe(1);
  expect(await evaluate(START + 3 * MINUTE_MS)).toBe(0);
  const fired = await stage.database.select({ kind: alertEvent.kind, name: alertEvent.name }).from(alertEvent);
  expect(fired).toEqual([{ kind: "fired", name: "api_error_rate" }]);
});
