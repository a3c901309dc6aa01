import { expect } from "vitest";
import { isTerminal, type RunEvent } from "../../worker/contract/index.ts";
import type { Reader } from "./reader.ts";

/** Expects a log without gaps, with one start, one end, and each revision reported once. */
export function expectWhole(log: RunEvent[], revisions: number): void {
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(log[0]?.type).toBe("run.created");
  expect(log.filter(({ type }) => isTerminal(type)).map(({ type }) => type)).toEqual(["run.completed"]);
  expect(isTerminal(log.at(-1)?.type ?? "run.created")).toBe(true);
  const revisionNumbers = log.flatMap((event) => (event.type === "revision.created" ? [event.revision] : []));
  expect(revisionNumbers).toEqual(Array.from({ length: revisions }, (_, index) => index + 1));
}

/**
 * Expects that shown text is never retracted except by `step.retried`: without the retried events each step starts
 * once, and the deltas of a text add up to the text.
 */
export function expectNothingTakenBack(log: RunEvent[]): void {
  const isVoid = new Set<number>();
  for (const event of log) {
    if (event.type !== "step.retried") continue;
    for (let seq = event.fromSeq; seq < event.seq; seq += 1) isVoid.add(seq);
  }
  const visible = log.filter(({ seq }) => !isVoid.has(seq));
  const startedSteps = visible.flatMap((event) => (event.type === "step.started" ? [event.step] : []));
  expect(startedSteps).toEqual(startedSteps.map((_, index) => index + 1));
  const text = (type: "text.delta" | "text.done", step: number) =>
    visible.flatMap((event) => (event.type === type && event.step === step ? [event.text] : [])).join("");
  for (const step of startedSteps)
    expect(text("text.delta", step), `the text of step ${step}`).toBe(text("text.done", step));
  const calls = (type: "tool.started" | "tool.done") =>
    visible.flatMap((event) => (event.type === type ? [event.toolUseId] : []));
  expect(calls("tool.done")).toEqual(calls("tool.started"));
}

/** Expects the five writing steps in the tables: each applied once, in order, and reported once. */
export async function expectFiveSteps(reader: Reader, projectId: string, runId: string): Promise<void> {
  const revisions = await reader.revisions(projectId);
  const numbers = [1, 2, 3, 4, 5];
  expect(revisions.map(({ number }) => number)).toEqual(numbers);
  expect(revisions.map(({ paths }) => paths)).toEqual(numbers.map((number) => [`steps/${number}.txt`]));
  for (const revision of revisions)
    expect(revision).toMatchObject({ run_id: runId, created: 1, updated: 0, deleted: 0 });
  const opIds = revisions.map(({ op_id }) => op_id);
  expect(new Set(opIds).size).toBe(5);
  expect(await reader.operations(opIds)).toBe(5);
  expect(await reader.head(projectId)).toBe(5);
  expect((await reader.files(projectId)).map(({ path, revision }) => ({ path, revision }))).toEqual(
    numbers.map((revision) => ({ path: `steps/${revision}.txt`, revision })),
  );
  expect(await reader.outboxCount(projectId, "revision.created")).toBe(5);
  expect(await reader.outboxCount(projectId, "run.completed")).toBe(1);
  expect(await reader.count("SELECT count(*) FROM message WHERE run_id = $1", runId)).toBe(2);
}
