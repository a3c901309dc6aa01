// A model server that fails in every way. Each run ends with a readable reason, costs at least the observed usage and
// at most its budget, and writes only whole files.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../dev/model/index.ts";
import { listedPrice, priced } from "../../worker/billing/prices.ts";
import {
  addUsage,
  isTerminal,
  message,
  noUsage,
  pageOf,
  type RunEvent,
  run as runSchema,
} from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { uniquePrompt } from "../stage/unique-prompt.ts";
import { type ModelProxy, observedUsage, startModelProxy } from "./model-proxy.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";
import { expectNothingTakenBack } from "./run-checks.ts";
import { expectTrees, treesOf } from "./run-trees.ts";

const rounds = roundsOf(100);
const together = 25;
const maxMs = 60_000;
const budgetMicroUsd = 200_000;
const modelId = "claude-sonnet-5-5";
const fastId = "claude-haiku-5-5";

let model: ScriptedModel;
let proxy: ModelProxy;
let testStack: TestStack;
let caller: Caller;
let reader: Reader;
let random: Random;

beforeAll(async () => {
  model = await startScriptedModel();
  proxy = await startModelProxy(model.url);
  // The name of a model with a price instead of the scripted model's, so that tokens cost money.
  const variables = {
    ANTHROPIC_BASE_URL: proxy.url,
    MODEL_BALANCED: modelId,
    MODEL_FAST: fastId,
    DEFAULT_PLAN: "enterprise",
  };
  testStack = await openTestStack({ variables });
  reader = openReader(testStack.stack.databaseUrl);
  caller = await newCaller(testStack.stack);
  random = randomOf(seedOf("model"));
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
  await proxy.close();
  await model.close();
});

type Ended = { projectId: string; runId: string; log: RunEvent[]; ms: number };

/** Runs a prompt from start to end, as a viewer sees it. */
const take = async (prompt: string): Promise<Ended> => takeIn(await newProject(caller), prompt);

async function takeIn(projectId: string, prompt: string): Promise<Ended> {
  const startedAt = performance.now();
  const body = { prompt, agent: "fullstack", budget: { microUsd: budgetMicroUsd } };
  const { id: runId } = await caller.expect(runSchema, 202, `/v1/projects/${projectId}/runs`, { body });
  const { events } = await watch(caller, runId);
  const ms = performance.now() - startedAt;
  const log = await logOf(caller, runId);
  expect(events).toEqual(log);
  return { projectId, runId, log, ms };
}

/** Asserts the invariants that hold for any behaviour of the model server. */
async function expectInvariants({ projectId, runId, log, ms }: Ended, prompt: string): Promise<void> {
  expect(ms).toBeLessThan(maxMs);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(log.filter(({ type }) => isTerminal(type))).toHaveLength(1);
  expectNothingTakenBack(log);
  await expectTrees(caller, projectId, log, (await reader.head(projectId)) ?? -1);
  expectCharge(await caller.expect(runSchema, 200, `/v1/runs/${runId}`), prompt);
}

const price = listedPrice(modelId) ?? expect.fail("the model has no price");

function expectCharge({ usage }: { usage: typeof noUsage }, prompt: string): void {
  const escapedPrompt = JSON.stringify(prompt).slice(1, -1);
  const seen = proxy.passed
    .filter(({ body }) => body.includes(escapedPrompt))
    .map((passed) => priced(observedUsage(passed), price))
    .reduce(addUsage, noUsage);
  // Usage whose report was cut off is estimated, rather too high, but within the run's budget.
  expect(usage.microUsd).toBeGreaterThanOrEqual(seen.microUsd);
  expect(usage.microUsd).toBeLessThanOrEqual(budgetMicroUsd);
  expect(usage.inputTokens).toBeGreaterThanOrEqual(seen.inputTokens);
  expect(usage.outputTokens).toBeGreaterThanOrEqual(seen.outputTokens);
  expect(usage.cacheReadTokens).toBeGreaterThanOrEqual(seen.cacheReadTokens);
  expect(usage.cacheWriteTokens).toBeGreaterThanOrEqual(seen.cacheWriteTokens);
  charged.seen += seen.microUsd;
  charged.taken += usage.microUsd;
}

const charged = { seen: 0, taken: 0 };

describe("an answer cut at a random byte", () => {
  it(`each of ${rounds} runs with an answer cut at a random byte ends, writes no partial file, and costs at least the received tokens and at most its budget`, async () => {
    let cuts = 0;
    proxy.cutAt = (bytes) => {
      if (random.next() > 0.25) return null;
      cuts += 1;
      return random.whole(0, bytes - 1);
    };
    const outcomes = new Map<string, number>();
    let longest = 0;
    onTestFinished(() => {
      proxy.cutAt = () => null;
    });
    for (let begun = 0; begun < rounds; begun += together) {
      const numbers = Array.from({ length: Math.min(together, rounds - begun) }, (_, index) => begun + index + 1);
      await Promise.all(
        numbers.map(async (number) => {
          const prompt = `[[five steps]] in round ${number}.`;
          const ended = await take(prompt);
          await expectInvariants(ended, prompt);
          const last = ended.log.at(-1);
          const outcome = last?.type === "run.failed" ? `failed (${last.error.code})` : (last?.type ?? "");
          if (outcome === "run.completed") expect(treesOf(ended.log)).toHaveLength(5);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          longest = Math.max(longest, ended.ms);
        }),
      );
    }
    const summary = [...outcomes].map(([outcome, often]) => `${outcome} ${often}`).join(", ");
    console.log(`${cuts} cuts in ${rounds} runs: ${summary}; the longest took ${Math.round(longest)} ms`);
    console.log(`seen ${charged.seen} micro-dollars, charged ${charged.taken}`);
    // Each cut response costs money, so a run that is cut often may reach its budget.
    const expected = ["run.completed", "failed (model_failed)", "failed (budget_exceeded)"];
    expect([...outcomes.keys()].filter((outcome) => !expected.includes(outcome))).toEqual([]);
    expect(outcomes.get("failed (budget_exceeded)") ?? 0).toBeLessThanOrEqual(rounds / 20);
    expect(await reader.count("SELECT spent AS count FROM spending")).toBe(
      await reader.count("SELECT sum(micro_usd) AS count FROM run"),
    );
  });
});

describe("a conversation that has grown too long", () => {
  it("an overlong conversation is summarized by the small model once per run, charged, and not shown as said", async () => {
    const projectId = await newProject(caller);
    const filler = "The teapots have to be blue. ".repeat(900);
    for (const number of [1, 2]) await takeIn(projectId, `Long talk ${number}. ${filler}`);
    const before = proxy.passed.length;
    const prompt = "[[five steps]] after a long talk.";
    const ended = await takeIn(projectId, prompt);
    expect(ended.log.at(-1)?.type).toBe("run.completed");
    expect(treesOf(ended.log)).toHaveLength(5);
    const requests = proxy.passed.slice(before).map(({ body }) => body);
    const summaries = requests.filter((body) => body.includes("<conversation>"));
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toContain(fastId);
    expect(requests.slice(1).every((body) => body.includes("<earlier_conversation>"))).toBe(true);
    const { data } = await caller.expect(pageOf(message), 200, `/v1/projects/${projectId}/messages`);
    expect(JSON.stringify(data)).not.toContain("earlier_conversation");
    expect(data.at(-1)?.content.filter(({ type }) => type === "tool")).toHaveLength(5);
    const { usage } = await caller.expect(runSchema, 200, `/v1/runs/${ended.runId}`);
    const seen = proxy.passed.slice(before).map(observedUsage);
    expect(usage.inputTokens).toBe(seen.reduce((total, one) => total + one.inputTokens, 0));
  });
});

const retriedFor = (log: RunEvent[]): string[] =>
  log.flatMap((event) => (event.type === "step.retried" ? [event.reason] : []));

/** Returns the refusals in the run's first result. */
const refusals = (log: RunEvent[]): unknown[] =>
  log.flatMap((event) => (event.type === "tool.done" && event.isError ? [event.result] : []));

describe.concurrent("a model's server that fails in a way of its own is met by name", () => {
  it.each([
    ["429 with retry-after", "[[fail 429 retry after 2]]", "rate_limited"],
    ["500", "[[fail 500]]", "unavailable"],
    ["529", "[[fail 529]]", "overloaded"],
    ["an error event in the stream", "[[overloaded after 5 deltas]]", "overloaded"],
    ["a request that is too long", "[[context overflow on step 4]]", "context_overflow"],
  ])("a run retries and completes after a model's failure: %s", async (_name, control, reason) => {
    const prompt = uniquePrompt(`[[five steps]] ${control} once.`);
    const ended = await take(prompt);
    await expectInvariants(ended, prompt);
    expect(ended.log.at(-1)?.type).toBe("run.completed");
    expect(retriedFor(ended.log)).toEqual([reason]);
    expect(treesOf(ended.log)).toHaveLength(5);
    if (reason === "rate_limited") expect(ended.ms).toBeGreaterThan(2_000);
  });

  it.each([
    ["malformed tool JSON", "[[malformed tool json]]", /not valid JSON/],
    ["max_tokens inside a call", "[[max tokens in tool]]", /cut off at the output limit/],
  ])("a run does not execute a broken call, and tells the model: %s", async (_name, control, words) => {
    const prompt = uniquePrompt(`[[five steps]] ${control} once.`);
    const ended = await take(prompt);
    await expectInvariants(ended, prompt);
    expect(refusals(ended.log)).toEqual([expect.stringMatching(words)]);
    expect(ended.log.at(-1)?.type).toBe("run.completed");
    expect(await reader.head(ended.projectId)).toBe(4);
  });

  it("a run asks the model to continue after pause_turn", async () => {
    const prompt = uniquePrompt("[[five steps]] [[pause turn on step 2]] once.");
    const ended = await take(prompt);
    await expectInvariants(ended, prompt);
    expect(ended.log.at(-1)?.type).toBe("run.completed");
    expect(treesOf(ended.log)).toHaveLength(5);
  });

  it.each([
    ["a refusal", "[[refusal on step 2]]", "model_refused", /declined/],
    ["an overload that lasts", "[[fail 529 5 times]]", "model_overloaded", /overloaded/i],
    ["a fault that lasts", "[[fail 500 5 times]]", "model_failed", /server failed/],
    ["a request that stays too long", "[[context overflow 3 times]]", "model_failed", /no longer fits/],
    ["a refused key", "[[fail 401]]", "model_not_configured", /credentials/],
    ["an unknown model", "[[fail 404]]", "model_not_configured", /does not know the configured model/],
    ["a request it does not understand", "[[fail 400]]", "model_failed", /rejected the request/],
  ])("a run fails and says why: %s", async (_name, control, code, words) => {
    const prompt = uniquePrompt(`[[five steps]] ${control} for good.`);
    const ended = await take(prompt);
    await expectInvariants(ended, prompt);
    expect(ended.log.at(-1)).toMatchObject({
      type: "run.failed",
      error: { code, detail: expect.stringMatching(words) },
    });
    const path = `/v1/projects/${ended.projectId}/messages`;
    const { data } = await caller.expect(pageOf(message), 200, path);
    expect(data.at(-1)?.content.at(-1)).toMatchObject({
      type: "end",
      status: "failed",
      error: { code, detail: expect.stringMatching(words) },
    });
  });
});
