// A viewer whose connection is cut repeatedly sees the whole log: each event once, in order, none missing.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEvent } from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";

const cuts = roundsOf(50);
/** About twice as many deltas as the cuts need, at the pace at which the log batches them. */
const prompt = `[[stream ${cuts * 180} deltas at 1 ms]]`;

let testStack: TestStack;
let caller: Caller;
let random: Random;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  random = randomOf(seedOf("resume"));
});

afterAll(() => testStack.close());

/** Returns a predicate that cuts a number of times, each after a random number of events. */
function cutter(times: number, maxEvents: number): { cut: () => boolean; left: () => number } {
  let left = times;
  let wait = random.whole(1, maxEvents);
  return {
    left: () => left,
    cut: () => {
      wait -= 1;
      if (wait > 0 || left === 0) return false;
      wait = random.whole(1, maxEvents);
      left -= 1;
      return true;
    },
  };
}

function expectNoGap(events: RunEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
}

it(`a viewer's events equal the log when the connection is cut ${cuts} times during the run`, async () => {
  const run = await startRun(caller, await newProject(caller), prompt);
  const { cut, left } = cutter(cuts, 5);
  const watched = await watch(caller, run.id, { cut });
  expect(left()).toBe(0);
  expect(watched.connections).toBe(cuts + 1);
  expectNoGap(watched.events);
  const log = await logOf(caller, run.id);
  console.log(`${log.length} events over ${watched.connections} connections`);
  expect(watched.events).toEqual(log);
  expect(log.at(-1)?.type).toBe("run.completed");
});

it("a viewer's events equal the log when the run has ended meanwhile, and a request after its end gets 204", async () => {
  const run = await startRun(caller, await newProject(caller), prompt);
  const { events } = await watch(caller, run.id);
  const { cut } = cutter(cuts, 5);
  expect((await watch(caller, run.id, { cut })).events).toEqual(events);
  const headers = { Accept: "text/event-stream", "Last-Event-ID": String(events.length) };
  expect((await caller.request(`/v1/runs/${run.id}/events`, { headers })).status).toBe(204);
});

it("many viewers, each cut at other positions, get the same events", async () => {
  const run = await startRun(caller, await newProject(caller), prompt);
  const viewers = Array.from({ length: 5 }, () => watch(caller, run.id, cutter(10, 20)));
  const all = await Promise.all(viewers);
  const log = await logOf(caller, run.id);
  for (const { events } of all) expect(events).toEqual(log);
});

it("the log has the whole text in its deltas, and once more in its done event", async () => {
  const run = await startRun(caller, await newProject(caller), "[[stream 2000 deltas at 0 ms]]");
  const { events } = await watch(caller, run.id, cutter(5, 5));
  const words = Array.from({ length: 2_000 }, (_, index) => `w${index + 1}`).join(" ");
  const deltas = events.flatMap((event) => (event.type === "text.delta" ? [event.text] : []));
  expect(deltas.join("")).toBe(words);
  expect(events.flatMap((event) => (event.type === "text.done" ? [event.text] : []))).toEqual([words]);
});
