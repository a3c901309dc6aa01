// One account merges texts that are expensive to compare, while another account expects timely responses.
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { project } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

const batches = roundsOf(60);
const lines = 12_000;

const health = z.object({ status: z.literal("ok") });

let testStack: TestStack;
let hostile: Caller;
let other: Caller;

beforeAll(async () => {
  testStack = await openTestStack();
  [hostile, other] = await Promise.all([newCaller(testStack.stack), newCaller(testStack.stack)]);
});
afterAll(async () => testStack.close());

/**
 * Sends requests one after another until `isOver`.
 * @returns the response times in milliseconds
 */
async function timesOf(isOver: () => boolean, ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  while (!isOver()) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return times.sort((one, two) => one - two);
}

const at = (sorted: number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

it(`another account gets responses while ${batches} batches of repetitive texts are merged`, async () => {
  const random = randomOf(seedOf("hostile merges"));
  const text = () => {
    const [period, gap] = [random.whole(1, 5), random.whole(2, 40)];
    return Array.from({ length: lines }, (_, line) => (line % gap === 0 ? `${line}` : `${line % period || ""}`)).join(
      "\n",
    );
  };
  const [theirs, mine] = [await newProject(hostile), await newProject(other)];
  const write = (body: object) => hostile.request(`/v1/projects/${theirs}/batches`, { body });
  const contents = (content: () => string) =>
    ["a", "b", "c"].map((path) => ({ op: "write", path, content: content() }));
  const statuses: number[] = [];
  let isOver = false;
  async function mergeAll() {
    expect((await write({ operations: contents(text) })).status).toBe(201);
    for (let head = 1; statuses.length < batches; ) {
      const changed = await write({ operations: contents(text) });
      expect(changed.status).toBe(201);
      const merged = await write({ operations: contents(text), expectedRevision: head, onConflict: "merge" });
      statuses.push(merged.status);
      head += merged.status === 201 ? 2 : 1;
    }
    isOver = true;
  }
  const merging = mergeAll().finally(() => {
    isOver = true;
  });
  const [healthy, mergeTimes] = await Promise.all([
    timesOf(
      () => isOver,
      () => other.expect(health, 200, "/v1/health"),
    ),
    timesOf(
      () => isOver,
      () => other.expect(project, 200, `/v1/projects/${mine}`),
    ),
  ]);
  await merging;
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  console.log(
    `health: median ${at(healthy, 0.5).toFixed(0)} ms, p95 ${at(healthy, 0.95).toFixed(0)} ms of ${healthy.length}`,
  );
  expect(at(healthy, 0.5)).toBeLessThan(100);
  expect(at(mergeTimes, 0.5)).toBeLessThan(250);
  // With a cubic merge, one of them takes seconds and blocks all other responses.
  expect(at(healthy, 1)).toBeLessThan(2_000);
});
