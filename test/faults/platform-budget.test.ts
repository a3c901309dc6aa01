// Many accounts at once on a platform with a budget for few runs. The platform's limit holds, and the refusal names it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../../worker/contract/index.ts";
import { newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { openReader, type Reader } from "./reader.ts";

const affordable = 7;
const each = 100_000;

let testStack: TestStack;
let reader: Reader;

beforeAll(async () => {
  testStack = await openTestStack({
    variables: {
      // The scripted model responds under the names of models with a price.
      MODEL_FAST: "claude-haiku-5-5",
      MODEL_BALANCED: "claude-sonnet-5-5",
      MODEL_DEEP: "claude-opus-5-5",
      PLATFORM_DAILY_MICRO_USD: String(affordable * each),
    },
  });
  reader = openReader(testStack.stack.databaseUrl);
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
});

it(`Concurrent starts of four accounts begin exactly ${affordable} runs, and the others get platform_budget_exceeded`, async () => {
  const callers = await Promise.all(Array.from({ length: 4 }, () => newCaller(testStack.stack)));
  const projects = await Promise.all(callers.map(async (caller) => ({ caller, projectId: await newProject(caller) })));
  const body = { prompt: "[[hang]]", agent: "fullstack", budget: { microUsd: each } };
  const answers = await Promise.all(
    projects.flatMap(({ caller, projectId }) =>
      Array.from({ length: 10 }, async () => {
        const answer = await caller.request(`/v1/projects/${projectId}/runs`, { body });
        return {
          caller,
          status: answer.status,
          retryAfter: answer.headers.get("retry-after"),
          body: await answer.json(),
        };
      }),
    ),
  );
  const started = answers.filter(({ status }) => status === 202);
  expect(started).toHaveLength(affordable);
  for (const { status, retryAfter, body } of answers.filter((one) => one.status !== 202)) {
    expect({ status, code: Object(body).code }).toEqual({ status: 503, code: "platform_budget_exceeded" });
    expect(Number(retryAfter)).toBeGreaterThan(0);
  }
  await until("the operators are alerted", 10_000, async () => {
    return (await reader.count("SELECT alerted AS count FROM platform_spending")) === 100;
  });
  for (const { caller, body } of started) {
    await caller.expect(run, 200, `/v1/runs/${run.parse(body).id}/cancel`, { method: "POST" });
  }
  await until("what was reserved is free again", 60_000, async () => {
    return (await reader.count("SELECT reserved AS count FROM platform_spending")) === 0;
  });
});
