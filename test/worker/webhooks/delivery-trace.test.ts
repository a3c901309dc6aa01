import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { configOf } from "../../../worker/config/index.ts";
import { metrics } from "../../../worker/monitoring/index.ts";
import { consumeDeliveries, createWebhook, testWebhook } from "../../../worker/webhooks/index.ts";
import { type Stage, startStage } from "./stage.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const requestId = "req-of-the-cause";

let stage: Stage;
let receiver: Server;
let url = "";
let received: (string | string[] | undefined)[] = [];

beforeAll(async () => {
  stage = await startStage();
  receiver = createServer((request, response) => {
    received.push(request.headers.traceparent);
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
}, 60_000);

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await stage.stop();
});

beforeEach(() => {
  received = [];
  metrics.traces.markStored(metrics.traces.unstored());
});

const queue = { send: async () => undefined };

/** A Worker's environment, with a queue that delivers nothing by itself. */
const newEnv = () => ({
  ...stage.variables,
  AUTH_SECRET: "a-secret-of-thirty-two-characters",
  APP_URL: "http://localhost:8787",
  PREVIEW_DOMAIN: "localhost:8788",
  ALLOW_LOOPBACK_WEBHOOKS: "true",
  LOG_LEVEL: "silent",
  SESSIONS: {},
  RATE_LIMITERS: {},
  PREVIEW: {},
  DELIVERIES: queue as unknown as Queue,
});

/** Consumes messages with these origins. */
async function consume(env: ReturnType<typeof newEnv>, origins: { ownerId: string }[]): Promise<void> {
  const messages = origins.map(({ ownerId }) => ({
    body: { origin: { requestId, traceparent, ownerId } },
    attempts: 1,
  }));
  await consumeDeliveries({ messages } as unknown as MessageBatch, env, { waitUntil: (work) => void work });
}

async function dueDelivery(env: ReturnType<typeof newEnv>): Promise<string> {
  const caller = await stage.newCaller(configOf(env));
  const { id } = await createWebhook(caller, { url, events: ["project.created"] });
  await testWebhook(caller, id);
  return caller.actor.ownerId;
}

it("A delivery continues the trace of the request that woke the queue for its account", async () => {
  const env = newEnv();
  const ownerId = await dueDelivery(env);
  await consume(env, [{ ownerId }]);
  const record = metrics.traces.unstored().find(({ spans }) => spans.some(({ kind }) => kind === "webhook"));
  const span = record?.spans.find(({ kind }) => kind === "webhook");
  expect(record).toMatchObject({ requestId, traceId });
  expect(received).toEqual([`00-${traceId}-${span?.spanId}-01`]);
  expect(JSON.stringify(record)).not.toContain("127.0.0.1");
});

it("A delivery has a trace of its own when another account's request woke the queue", async () => {
  const env = newEnv();
  await dueDelivery(env);
  await consume(env, [{ ownerId: "usr_of_somebody_else" }]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(String(received[0])).not.toContain(traceId);
});
