import { setTimeout as pause } from "node:timers/promises";
import { cancel, newRun, type Stage } from "./stage.ts";
import { watchStream } from "./watch.ts";

const prompt = "[[stream 10000 deltas at 2 ms]]";

export type Resumed = { ms: number[]; missed: number[]; bytes: number[]; whole: number };

/** Returns the numbers of the events in a stream's text. */
const numbersIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

const lastSeqOf = async ({ caller }: Stage, id: string): Promise<number> => {
  const answer = await caller.request(`/v1/runs/${id}`);
  const run: { lastSeq: number } = JSON.parse(await answer.text());
  return run.lastSeq;
};

/**
 * Reconnects in the middle of a long run, repeatedly. Measures the time until the missed events have arrived, and their
 * size.
 */
export async function resume(stage: Stage, rounds: number): Promise<Resumed> {
  const run = await newRun(stage, prompt);
  const resumed: Resumed = { ms: [], missed: [], bytes: [], whole: 0 };
  await pause(8_000);
  for (let round = -2; round < rounds; round += 1) {
    const head = await lastSeqOf(stage, run.id);
    const after = head - 20;
    const { ms, bytes } = await catchUp(stage, run, after, head);
    if (round < 0) continue;
    resumed.ms.push(ms);
    resumed.missed.push(head - after);
    resumed.bytes.push(bytes);
  }
  resumed.whole = (await catchUp(stage, run, 0, await lastSeqOf(stage, run.id))).bytes;
  await cancel(stage, run.id);
  return resumed;
}

type Run = { id: string; projectId: string };

/** Reads the stream until it has delivered an event. */
async function catchUp(stage: Stage, run: Run, after: number, upTo: number): Promise<{ ms: number; bytes: number }> {
  const from = performance.now();
  let bytes = 0;
  let ms = 0;
  let done = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    done = resolve;
  });
  const { cut } = await watchStream(stage, run, after, (text) => {
    if (ms > 0) return;
    bytes += text.length;
    if (numbersIn(text).some((seq) => seq >= upTo)) {
      ms = performance.now() - from;
      done();
    }
  });
  await caughtUp;
  cut();
  return { ms, bytes };
}

export type Storm = { ms: number[]; maxWaitMs: number };

/**
 * Measures many viewers that reconnect at once in the middle of a run after missing half of it, while one stayed
 * connected.
 */
export async function storm(stage: Stage, viewers: number, rounds: number): Promise<Storm> {
  const run = await newRun(stage, prompt);
  let lastAt = performance.now();
  let maxWaitMs = 0;
  let isStorm = false;
  const stayed = await watchStream(stage, run, 0, () => {
    const now = performance.now();
    if (isStorm) maxWaitMs = Math.max(maxWaitMs, now - lastAt);
    lastAt = now;
  });
  await pause(6_000);
  const ms: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const head = await lastSeqOf(stage, run.id);
    const after = Math.floor(head / 2);
    isStorm = true;
    const from = performance.now();
    await Promise.all(Array.from({ length: viewers }, () => catchUp(stage, run, after, head)));
    ms.push(performance.now() - from);
    isStorm = false;
    await pause(500);
  }
  stayed.cut();
  await cancel(stage, run.id);
  return { ms, maxWaitMs };
}
