// Money, whatever becomes of a run: its project is deleted, it is cancelled, the runtime is killed, the database is away. What
// the model's server has said that it costs is charged, and never more than was reserved.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { me, type Run, run as runSchema, usageReport } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "./caller.ts";
import { type House, openHouse } from "./house.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";
import { type SlowModel, startSlowModel } from "./slow-model.ts";
import { until } from "./until.ts";

const reserved = 400_000;
/** Dollars a million tokens of the model that the stand-in passes for: claude-sonnet-5-5. */
const price = { input: 2, output: 10 };
/** What was sent so shortly before a kill may not have been read. */
const onItsWayMs = 400;
/** How long a run takes that nobody harms, about. */
const maxMs = 3_000;

let model: SlowModel;
let house: House;
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
  house = await openHouse({ variables, durable: true });
  caller = await newCaller(house.stack);
  const { appUrl, port } = house.stack;
  person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  reader = openReader(house.stack.databaseUrl);
  random = randomOf(seedOf("charges"));
});

afterAll(async () => {
  await reader.close();
  await house.close();
  await model.close();
});

const spent = () => reader.count("SELECT coalesce(sum(spent), 0) AS count FROM spending");

/** What the model's server had told the runtime by a moment that its calls cost. */
const toldSince = (first: number, at: number): number =>
  model.calls
    .slice(first)
    .map(({ inputTokens, outputTokens, beganAt, endedAt }) => {
      if (beganAt === null || beganAt > at) return 0;
      return inputTokens * price.input + (endedAt !== null && endedAt <= at ? outputTokens : 1) * price.output;
    })
    .reduce((total, one) => total + one, 0);

type Harm = { name: string; strike: (projectId: string, run: Run) => Promise<void> };

const harms: [Harm, ...Harm[]] = [
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
      expect(house.stack.killWorkerd().length).toBeGreaterThan(0);
      await house.stack.ready(60_000);
    },
  },
  {
    name: "the runtime is killed, and its project is deleted as soon as it is back",
    strike: async (projectId) => {
      expect(house.stack.killWorkerd().length).toBeGreaterThan(0);
      await house.stack.ready(60_000);
      expect((await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" })).status).toBe(204);
    },
  },
  {
    name: "its project is deleted while the database commits no charge",
    strike: async (projectId) => {
      const { faults } = house.stack.gateway;
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

for (const { name, strike } of harms) {
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
        // What nobody else settles the sweep does, half a minute later: here it need not wait for that.
        await reader.rows("UPDATE reservation SET due_at = now() WHERE due_at IS NOT NULL");
        await house.stack.runScheduled();
        return (await reader.count("SELECT count(*) FROM reservation")) === 0;
      });
      const [charge, isKilled] = [(await spent()) - before, name.includes("killed")];
      // A killed runtime asks again, and all that it has asked since counts too.
      const harmed = toldSince(first, struckAt - (isKilled ? onItsWayMs : 0));
      expect(charge).toBeGreaterThanOrEqual(harmed);
      expect(charge).toBeLessThanOrEqual(reserved);
      console.log(`${name}: struck after ${Math.round(struckAt)} ms, told ${harmed}, charged ${charge}`);
      await expectOneSum();
    });
  }
}

/** The account's days, the platform's days and the report say the same, and nothing is reserved any more. */
async function expectOneSum(): Promise<void> {
  const total = await spent();
  expect(await reader.count("SELECT sum(reserved) AS count FROM spending")).toBe(0);
  expect(await reader.count("SELECT sum(spent) AS count FROM platform_spending")).toBe(total);
  expect(await reader.count("SELECT sum(reserved) AS count FROM platform_spending")).toBe(0);
  expect((await person.expect(usageReport, 200, "/v1/usage")).total.microUsd).toBe(total);
  expect((await person.expect(me, 200, "/v1/me")).usage.today.microUsd).toBe(total);
}
