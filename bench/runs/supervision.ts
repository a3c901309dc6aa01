import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Stack } from "../../dev/stack.ts";
import { newProject, startRun } from "../../test/stage/caller.ts";
import { cancel, newRun, type Stage } from "./stage.ts";
import { watchStream } from "./watch.ts";

const mebibyte = 1024 * 1024;

/** Resolves with the time of the model's next event of this kind. */
function next({ model }: Stack, kind: "requested" | "aborted" | "delta", withinMs = 60_000): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ${kind} within ${withinMs} ms`)), withinMs);
    const stop = model?.listen((event) => {
      if (event.kind !== kind) return;
      clearTimeout(timer);
      stop?.();
      resolve(event.at);
    });
  });
}

/** Measures the milliseconds from the request to cancel until the model's response is aborted. */
export async function cancelling(stage: Stage, rounds: number): Promise<number[]> {
  const ms: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const delta = next(stage.stack, "delta");
    const run = await newRun(stage, "[[stream 10000 deltas at 20 ms]]");
    await delta;
    await pause(50);
    const aborted = next(stage.stack, "aborted");
    const from = performance.now();
    await cancel(stage, run.id);
    ms.push((await aborted) - from);
  }
  return ms;
}

/**
 * Measures the milliseconds from the new runtime's process, after a `kill -9`, to the next request to the model,
 * without any request from a client.
 */
export async function resuming(stage: Stage, rounds: number): Promise<number[]> {
  const ms: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const delta = next(stage.stack, "delta");
    const run = await newRun(stage, "[[stream 10000 deltas at 20 ms]]");
    await delta;
    await pause(500);
    const killed = new Set(stage.stack.killWorkerd());
    const requested = next(stage.stack, "requested");
    while (!stage.stack.workerd().some((pid) => !killed.has(pid))) await pause(20);
    const restarted = performance.now();
    ms.push((await requested) - restarted);
    await stage.stack.ready(60_000);
    await cancel(stage, run.id);
  }
  return ms;
}

/**
 * Measures the runtime's resident memory in MiB, repeatedly, after batches of runs whose viewers disconnected halfway.
 */
export async function memory(stage: Stage, runs: number, times: number): Promise<number[]> {
  const projectId = await newProject(stage.caller);
  await runAndLeave(stage, projectId);
  const held: number[] = [];
  while (held.length < times) {
    for (let done = 0; done < runs; done += 10) {
      await Promise.all(Array.from({ length: 10 }, () => runAndLeave(stage, projectId)));
    }
    held.push(residentMebibytes(stage.stack));
  }
  return held;
}

async function runAndLeave(stage: Stage, projectId: string): Promise<void> {
  const run = await startRun(stage.caller, projectId, "[[stream 20 deltas at 5 ms]]");
  const viewers = [1, 2, 3].map(() => watchStream(stage, run, 0, () => {}));
  for (const { cut } of await Promise.all(viewers)) cut();
  const { ended } = await watchStream(stage, run, 0, () => {});
  await ended;
}

function residentMebibytes(stack: Stack): number {
  const pages = stack.workerd().map((pid) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) * 1024;
  });
  return pages.reduce((sum, bytes) => sum + bytes, 0) / mebibyte;
}
