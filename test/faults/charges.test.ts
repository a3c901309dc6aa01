// A run's charge under every fault: the project is deleted, the run is cancelled, the runtime is killed, the database
// is down. The charge is at least the cost that the model's server has reported, and at most the reservation.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { me, type Run, run as runSchema, usageReport } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";
import { type SlowModel, startSlowModel } from "./slow-model.ts";

const reserved = 400_000;
/** Dollars per million tokens of claude-sonnet-5-5, whose name the stand-in uses. */
const price = { input: 2, output: 10 };
/** The runtime may not have read usage that was sent less than this many milliseconds before a kill. */
const inFlightMs = 400;
/** The approximate duration of an undisturbed run, in milliseconds. */
const maxMs = 3_000;

let model: SlowModel;
let testStack: TestStack;
let caller: Caller;
let person: Caller;
let reader: Reader;
let random: Random;

beforeAll(async () => {
  model = await startSlowModel();
  const variables = {
    ANTHROPIC_API_KEY: "key",
    ANTHROPIC_BASE_URL: model.url,
    MODEL_SCRIPTED: "false",
    MODEL_FAST: "claude-haiku-5-5",
    MODEL_BALANCED: "claude-sonnet-5-5",
    MODEL_DEEP: "claude-opus-5-5",
    DEFAULT_PLAN: "enterprise",
  };
  testStack = await openTestStack({ variables, durable: true });
  caller = await newCaller(testStack.stack);
  const { appUrl, port } = testStack.stack;
  person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  reader = openReader(testStack.stack.databaseUrl);
  random = randomOf(seedOf("charges"));
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
  await model.close();
});

const spent = () => reader.count("SELECT coalesce(sum(spent), 0) AS count FROM spending");

/** Returns the cost, in micro-dollars, that the model's server had reported to the runtime by a moment. */
const reportedSince = (first: number, at: number): number =>
  model.calls
    .slice(first)
    .map(({ inputTokens, outputTokens, beganAt, endedAt }) => {
      if (beganAt === null || beganAt > at) return 0;
      return inputTokens * price.input + (endedAt !== null && endedAt <= at ? outputTokens : 1) * price.output;
    })
    .reduce((total, one) => total + one, 0);

type Disturbance = { name: string; strike: (projectId: string, run: Run) => Promise<void> };

const disturbances: [Disturbance, ...Disturbance[]] = [
  {
    name: "its project is deleted",
    strike: async (projectId) => {
      const answer = await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" });
      expect(answer.status).toBe(204);
    },
  },
  {
    name: "it is cancelled",
    strike: async (_, { id }) => {
      const answer = await caller.request(`/v1/runs/${id}/cancel`, { method: "POST" });
      expect(answer.status).toBe(200);
    },
  },
  {
    name: "the runtime is killed",
    strike: async () => {
      expect(testStack.stack.killWorkerd().length).toBeGreaterThan(0);
      await testStack.stack.ready(60_000);
    },
  },
  {
    name: "the runtime is killed, and its project is deleted as soon as it is back",
    strike: async (projectId) => {
      expect(testStack.stack.killWorkerd().length).toBeGreaterThan(0);
      await testStack.stack.ready(60_000);
      expect((await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" })).status).toBe(204);
    },
  },
  {
    name: "its project is deleted while the database commits no charge",
    strike: async (projectId) => {
      const { faults } = testStack.stack.gateway;
      faults.list = [{ at: "before-begin", kind: "drop", matching: "settle_reservation" }];
      const answer = await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" });
      faults.list = [];
      expect(answer.status).toBe(204);
    },
  },
  {
    name: "its project's rows are deleted, and its session hears nothing of it",
    strike: async (projectId) => {
      await reader.rows("DELETE FROM project WHERE id = $1", projectId);
    },
  },
];

for (const { name, strike } of disturbances) {
  for (let round = 1; round <= roundsOf(4); round += 1) {
    it(`a run is charged what the model's server had reported when ${name} (${round})`, async () => {
      const [before, first] = [await spent(), model.calls.length];
      const projectId = await newProject(caller);
      const body = { prompt: "Go on for a while.", agent: "fullstack", budget: { microUsd: reserved } };
      const run = await caller.expect(runSchema, 202, `/v1/projects/${projectId}/runs`, { body });
      await pause(random.next() * maxMs);
      const struckAt = performance.now();
      await strike(projectId, run);
      await until("the run is settled", 120_000, async () => {
        // The sweep settles abandoned reservations after half a minute. Make them due now.
        await reader.rows("UPDATE reservation SET due_at = now() WHERE due_at IS NOT NULL");
        await testStack.stack.runScheduled();
        return (await reader.count("SELECT count(*) FROM reservation")) === 0;
      });
      const [charge, isKilled] = [(await spent()) - before, name.includes("killed")];
      // A restarted runtime calls the model again, and all calls since then count too.
      const harmed = reportedSince(first, struckAt - (isKilled ? inFlightMs : 0));
      expect(charge).toBeGreaterThanOrEqual(harmed);
      expect(charge).toBeLessThanOrEqual(reserved);
      console.log(`${name}: struck after ${Math.round(struckAt)} ms, told ${harmed}, charged ${charge}`);
      await expectOneSum();
    });
  }
}

/** Expects the account's days, the platform's days and the usage report to agree, and no reservation to remain. */
async function expectOneSum(): Promise<void> {
  const total = await spent();
  expect(await reader.count("SELECT sum(reserved) AS count FROM spending")).toBe(0);
  expect(await reader.count("SELECT sum(spent) AS count FROM platform_spending")).toBe(total);
  expect(await reader.count("SELECT sum(reserved) AS count FROM platform_spending")).toBe(0);
  expect((await person.expect(usageReport, 200, "/v1/usage")).total.microUsd).toBe(total);
  expect((await person.expect(me, 200, "/v1/me")).usage.today.microUsd).toBe(total);
}
