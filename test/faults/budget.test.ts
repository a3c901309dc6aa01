// Starts many runs at once on a budget for only a few. A single statement checks the budget and reserves from it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { me, type Run, run } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { roundsOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";

const starts = roundsOf(500);
const affordable = 10;
const each = 400_000;

let testStack: TestStack;
let reader: Reader;
let caller: Caller;

beforeAll(async () => {
  // The scripted model responds under the names of models with a price.
  const priced = { MODEL_FAST: "claude-haiku-5-5", MODEL_BALANCED: "claude-sonnet-5-5", MODEL_DEEP: "claude-opus-5-5" };
  testStack = await openTestStack({ variables: priced });
  reader = openReader(testStack.stack.databaseUrl);
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
});

it(`Concurrent starts on a budget for few begin exactly ${affordable} of ${starts} runs`, async () => {
  const { appUrl, port } = testStack.stack;
  const person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  const budget = { dailyMicroUsd: affordable * each };
  await person.expect(me, 200, "/v1/me", { method: "PATCH", body: { budget } });

  // A hanging run is never settled, so the reservations of the first runs remain.
  const body = { prompt: "[[hang]]", agent: "fullstack", budget: { microUsd: each } };
  const projects = await Promise.all(Array.from({ length: 5 }, () => newProject(caller)));
  const answers = await Promise.all(
    Array.from({ length: starts }, async (_, index) => {
      const answer = await caller.request(`/v1/projects/${projects[index % projects.length]}/runs`, { body });
      return { status: answer.status, body: await answer.json() };
    }),
  );
  const started: Run[] = answers.filter(({ status }) => status === 202).map((answer) => run.parse(answer.body));
  expect(started).toHaveLength(affordable);
  const refused = answers.filter(({ status }) => status !== 202);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
  expect(refused.every(({ body }) => Object(body).code === "budget_exceeded")).toBe(true);
  expect(await reader.count("SELECT count(*) FROM run")).toBe(affordable);
  expect(await reader.count("SELECT reserved AS count FROM spending")).toBe(affordable * each);

  for (const { id } of started) await caller.expect(run, 200, `/v1/runs/${id}/cancel`, { method: "POST" });
  await until("every run has given back what it had set aside", 60_000, async () => {
    return (await reader.count("SELECT reserved AS count FROM spending")) === 0;
  });
  const used = await reader.count("SELECT coalesce(sum(micro_usd), 0) AS count FROM run");
  expect(await reader.count("SELECT spent AS count FROM spending")).toBe(used);
});
