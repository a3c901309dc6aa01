// Kills the runtime with SIGKILL in the middle of a run. The run resumes by itself, and no event is lost, duplicated or
// retracted.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signal } from "../../dev/processes.ts";
import type { RunEvent } from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { until } from "../stage/until.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";
import { expectFiveSteps, expectNothingTakenBack, expectWhole } from "./run-checks.ts";

const rounds = roundsOf(20);
const prompt = "[[five steps]]";

let testStack: TestStack;
let caller: Caller;
let reader: Reader;
let random: Random;
/** The duration of an undisturbed run in milliseconds. The kills fall into this interval. */
let unharmedMs: number;
const times: { goneOnMs: number[]; endedMs: number[] } = { goneOnMs: [], endedMs: [] };
/** The number of kills right after an event, by the event's type. */
const fellAfter = new Map<string, number>();

beforeAll(async () => {
  testStack = await openTestStack({ durable: true }); // The database is killed too, and must keep every acknowledged commit.
  caller = await newCaller(testStack.stack);
  reader = openReader(testStack.stack.databaseUrl);
  random = randomOf(seedOf("kill workerd"));
  // A slower database makes commits a larger part of the run, so that more kills fall into them.
  testStack.stack.gateway.faults.delayMs = 15;
  await takeRun(); // The first run pays for lazy loading.
  unharmedMs = await takeRun();
  console.log(`a run that nobody harms takes ${Math.round(unharmedMs)} ms`);
});

afterAll(async () => {
  const summary = (all: number[]) => {
    const sorted = all.toSorted((one, other) => one - other).map(Math.round);
    return `median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms of ${sorted.length}`;
  };
  if (fellAfter.size > 0)
    console.log(`kills fell after ${[...fellAfter].map(([type, often]) => `${type} ${often} times`).join(", ")}`);
  if (times.goneOnMs.length > 0) console.log(`from the kill to the next event: ${summary(times.goneOnMs)}`);
  if (times.endedMs.length > 0) console.log(`from the kill to the end, nobody watching: ${summary(times.endedMs)}`);
  await reader.close();
  await testStack.close();
});

async function takeRun(): Promise<number> {
  const started = performance.now();
  const run = await startRun(caller, await newProject(caller), prompt);
  await watch(caller, run.id);
  return performance.now() - started;
}

async function expectCompleted(projectId: string, runId: string) {
  await expectFiveSteps(reader, projectId, runId);
  const log = await logOf(caller, runId);
  expectWhole(log, 5);
  expectNothingTakenBack(log);
  expect(await reader.run(runId)).toMatchObject({ status: "completed", last_seq: log.length });
  return log;
}

type Kill = { ms: number; at: string };

/**
 * Kills the runtime at a random moment of the current run.
 * @returns the moment
 */
async function killInTheMiddle(): Promise<Kill> {
  await pause(random.next() * unharmedMs);
  const kill = { ms: performance.now(), at: new Date().toISOString() };
  expect(testStack.stack.killWorkerd().length).toBeGreaterThan(0);
  return kill;
}

function note(log: RunEvent[], { at }: Kill): void {
  const type = log.findLast((event) => event.at <= at)?.type ?? "nothing";
  fellAfter.set(type, (fellAfter.get(type) ?? 0) + 1);
}

describe("kill -9 of the runtime during a run", () => {
  for (let round = 1; round <= Math.ceil(rounds / 2); round += 1) {
    it(`a killed run continues where it was, for its viewer too (${round})`, async () => {
      const projectId = await newProject(caller);
      const run = await startRun(caller, projectId, prompt);
      const seenAt: number[] = [];
      const watching = watch(caller, run.id, { onEvent: () => seenAt.push(performance.now()) });
      const kill = await killInTheMiddle();
      await testStack.stack.ready(60_000);
      const { events } = await watching;
      expect(events).toEqual(await expectCompleted(projectId, run.id));
      note(events, kill);
      // Data that was in flight at the kill arrives a moment later.
      const next = seenAt.find((at) => at > kill.ms + 50);
      if (next !== undefined) times.goneOnMs.push(next - kill.ms);
    });
  }

  for (let round = 1; round <= Math.floor(rounds / 2); round += 1) {
    it(`a killed run continues and ends without any client (${round})`, async () => {
      const projectId = await newProject(caller);
      const run = await startRun(caller, projectId, prompt);
      const kill = await killInTheMiddle();
      // Polls only the tables: a request to Edgesmith would wake it before the run has ended.
      await until(
        "the run's end in the tables",
        60_000,
        async () => (await reader.run(run.id))?.status === "completed",
      );
      times.endedMs.push(performance.now() - kill.ms);
      await testStack.stack.ready(60_000);
      await until("the run's end in its log", 10_000, async () => {
        const answer = await caller.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
        return (await answer.text()).includes("event: run.completed");
      });
      note(await expectCompleted(projectId, run.id), kill);
    });
  }

  it("a run continues when the runtime is killed again and again", async () => {
    const projectId = await newProject(caller);
    const run = await startRun(caller, projectId, prompt);
    const watching = watch(caller, run.id);
    for (let kill = 1; kill <= 3; kill += 1) {
      await killInTheMiddle();
      await testStack.stack.ready(60_000);
    }
    expect((await watching).events).toEqual(await expectCompleted(projectId, run.id));
  });

  for (let round = 1; round <= Math.ceil(rounds / 4); round += 1) {
    it(`a run continues when the database is killed (${round})`, async () => {
      const projectId = await newProject(caller);
      const run = await startRun(caller, projectId, prompt);
      const watching = watch(caller, run.id);
      await pause(random.next() * unharmedMs);
      expect(signal(testStack.postmaster(), "SIGKILL")).toBe(true);
      await testStack.stack.ready(60_000);
      expect((await watching).events).toEqual(await expectCompleted(projectId, run.id));
    });
  }
});
