import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { delivery } from "../../../drizzle/schema/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import { executeIdempotent } from "../../../worker/database/index.ts";
import { continueWork, metrics, withTimings } from "../../../worker/monitoring/index.ts";
import {
  consumeDeliveries,
  createWebhook,
  newEventId,
  testWebhook,
  wakeDeliveries,
} from "../../../worker/webhooks/index.ts";
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

type Sent = { origin: { requestId: string; traceparent: string; ownerId: string }; events: string[] };

/** Consumes these messages as one batch, as another isolate than the one that sent them. */
const consume = (env: ReturnType<typeof newEnv>, sent: Sent[]): Promise<void> => {
  const messages = sent.map((body) => ({ body, attempts: 1 }));
  return consumeDeliveries({ messages } as unknown as MessageBatch, env, { waitUntil: (work) => void work });
};

type Caller = Awaited<ReturnType<Stage["newCaller"]>>;

/** Makes a delivery due, outside of any request. @returns the id of its event */
async function dueEvent(caller: Caller): Promise<string> {
  const { id } = await createWebhook(caller, { url, events: ["project.created"] });
  await testWebhook(caller, id);
  const rows = await executeIdempotent(
    caller.database.select({ eventId: delivery.eventId }).from(delivery).where(eq(delivery.webhookId, id)),
  );
  return String(rows[0]?.eventId);
}

const message = ({ actor: { ownerId } }: Caller, events: string[], trace = traceparent): Sent => ({
  origin: { requestId, traceparent: trace, ownerId },
  events,
});

it("A delivery continues the trace of the request that caused its event", async () => {
  const env = newEnv();
  const caller = await stage.newCaller(configOf(env));
  await consume(env, [message(caller, [await dueEvent(caller)])]);
  const record = metrics.traces.unstored().find(({ spans }) => spans.some(({ kind }) => kind === "webhook"));
  const span = record?.spans.find(({ kind }) => kind === "webhook");
  expect(record).toMatchObject({ requestId, traceId });
  expect(received).toEqual([`00-${traceId}-${span?.spanId}-01`]);
  expect(JSON.stringify(record)).not.toContain("127.0.0.1");
});

it("Deliveries of two requests of one account, sent by one drain, each continue the trace of their own request", async () => {
  const env = newEnv();
  const caller = await stage.newCaller(configOf(env));
  const otherTraceId = traceId.split("").reverse().join("");
  const [one, other] = [await dueEvent(caller), await dueEvent(caller)];
  await consume(env, [message(caller, [one]), message(caller, [other], `00-${otherTraceId}-00f067aa0ba902b7-01`)]);
  expect(received.map((value) => String(value).split("-")[1])).toEqual([traceId, otherTraceId]);
});

it("A delivery has a trace of its own when another request of its account woke the queue", async () => {
  const env = newEnv();
  const caller = await stage.newCaller(configOf(env));
  await dueEvent(caller);
  await consume(env, [message(caller, ["evt_of_another_request"])]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(String(received[0])).not.toContain(traceId);
});

it("A request wakes the queue with its own events, not with those of a request of the same id", async () => {
  const sent: { events?: string[] }[] = [];
  const env = { DELIVERIES: { send: async (body: object) => void sent.push(body) } as unknown as Queue };
  const emit = () =>
    withTimings(continueWork("test", { requestId, traceparent }), async () => {
      const id = newEventId();
      await wakeDeliveries(env);
      return id;
    });
  const ids = [await emit(), await emit()];
  expect(sent.map(({ events }) => events)).toEqual(ids.map((id) => [id]));
});
