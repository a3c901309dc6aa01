// Hanging receivers of one account must not delay deliveries to another account's receivers.
import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { delivery, pageOf, webhook } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";

const hangingAccounts = 2;
const endpointsEach = 20;
const attemptsOfAnAccount = 2;
const events = roundsOf(80);
const maxMs = 1_000;

let testStack: TestStack;
const servers: Server[] = [];

beforeAll(async () => {
  testStack = await openTestStack({ variables: { ALLOW_LOOPBACK_WEBHOOKS: "true" } });
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await testStack.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/hook`;
}

/** Starts endpoints of one account, each on its own host, that accept every request and never respond. */
async function hangingEndpoints() {
  const count = { open: 0, maxOpen: 0, requests: 0 };
  const server = () =>
    createServer((request, response) => {
      count.open += 1;
      count.requests += 1;
      count.maxOpen = Math.max(count.maxOpen, count.open);
      response.once("close", () => (count.open -= 1));
      request.resume();
    });
  const urls = await Promise.all(Array.from({ length: endpointsEach }, () => listen(server())));
  return { count, urls };
}

/** Starts an endpoint that responds at once and records the time of the first delivery per project. */
async function promptEndpoint() {
  const heardAt = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { data } = z
      .object({ data: z.object({ projectId: z.string() }) })
      .parse(JSON.parse(Buffer.concat(chunks).toString()));
    heardAt.set(data.projectId, performance.now());
    response.statusCode = 204;
    response.end();
  });
  return { heardAt, url: await listen(server) };
}

async function newPerson(): Promise<Caller> {
  const { appUrl, port } = testStack.stack;
  const { cookie } = await newCaller(testStack.stack);
  return callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
}

const hook = (caller: Caller, url: string) =>
  caller.expect(webhook, 201, "/v1/webhooks", { body: { url, events: ["project.created"] } });

/** Creates a few events per second for an account whose endpoints all hang, until aborted. */
async function createEvents(caller: Caller, random: Random, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await newProject(caller);
    await pause(random.whole(100, 1_000));
  }
}

const percentile = (values: number[], part: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * part) - 1] ?? Number.NaN;

it(`another account's events are delivered within ${maxMs} ms (p95) while ${hangingAccounts} × ${endpointsEach} endpoints hang`, async () => {
  const random = randomOf(seedOf("hanging receivers"));
  const hanging = await Promise.all(
    Array.from({ length: hangingAccounts }, async () => {
      const [caller, endpoints] = await Promise.all([newPerson(), hangingEndpoints()]);
      for (const url of endpoints.urls) await hook(caller, url);
      return { caller, ...endpoints };
    }),
  );
  const [quick, prompt] = await Promise.all([newPerson(), promptEndpoint()]);
  const { id } = await hook(quick, prompt.url);

  const stop = new AbortController();
  const telling = Promise.all(hanging.map(({ caller }) => createEvents(caller, random, stop.signal)));
  // The failure is rethrown below, where `telling` is awaited.
  telling.catch(() => stop.abort());
  await until("that endpoints of each account hang", 30_000, async () =>
    hanging.every(({ count }) => count.maxOpen >= attemptsOfAnAccount),
  );
  const toldAt = new Map<string, number>();
  for (let event = 0; event < events; event += 1) {
    const project = await newProject(quick);
    toldAt.set(project, performance.now());
    await pause(random.whole(50, 900));
  }
  await until("that every event of the other account was delivered", 60_000, async () =>
    [...toldAt.keys()].every((project) => prompt.heardAt.has(project)),
  );
  stop.abort();
  await telling;

  const delays = [...toldAt].map(([project, at]) => (prompt.heardAt.get(project) ?? Number.NaN) - at);
  const figures = [0.5, 0.95, 1].map((part) => Math.round(percentile(delays, part)));
  console.log(`hanging receivers: p50, p95 and most of ${events} deliveries: ${figures.join(", ")} ms`);
  expect(percentile(delays, 0.95)).toBeLessThanOrEqual(maxMs);
  for (const { count } of hanging) expect(count.maxOpen).toBe(attemptsOfAnAccount);
  const { data } = await quick.expect(pageOf(delivery), 200, `/v1/webhooks/${id}/deliveries?limit=100`);
  expect(data.every(({ attempts }) => attempts === 1)).toBe(true);
});
