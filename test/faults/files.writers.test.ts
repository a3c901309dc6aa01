// Twenty concurrent writers on one project: one history, and no lost update.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { checkHistory } from "./history-checker.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";
import { mergedOf, newLog } from "./send-batch.ts";

let stage: FilesStage;

beforeAll(async () => {
  stage = await openFilesStage({ durable: false });
});

afterAll(() => stage.close());

const writers = 20;
const batches = roundsOf(2_000);
const timeoutMs = 120_000 + batches * 1_000;

it(`${batches} batches by ${writers} writers form one linear history, and lose no update`, {
  timeout: timeoutMs,
}, async () => {
  const random = randomOf(seedOf("writers"));
  const projectId = await stage.newProject();
  const log = newLog();
  const startedAt = performance.now();
  await writeTogether({ context: stage.context, projectId, random, log }, { writers, total: batches });
  const seconds = (performance.now() - startedAt) / 1_000;

  expect(log.unexpected).toEqual([]);
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
  expect(log.acknowledged).toHaveLength(batches);
  expect(log.askedAgain).toBe(0);
  console.log(
    `${batches} batches in ${seconds.toFixed(1)} s; ${mergedOf(log)} were merged, ${log.refused.length} refused;`,
    `the slowest answer took ${Math.round(log.slowestMs)} ms`,
  );
});
