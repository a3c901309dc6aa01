// File batches while the gateway in front of the database fails at random: before BEGIN, in the middle, before COMMIT, after it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { anyRequestFails } from "./gateway-faults.ts";
import { checkHistory } from "./history-checker.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";
import { newLog } from "./send-batch.ts";

let stage: FilesStage;

beforeAll(async () => {
  stage = await openFilesStage({ durable: false });
});

afterAll(() => stage.close());

const batches = roundsOf(500);

it(`keeps ${batches} batches whole and single while one request in three fails`, async () => {
  const { gateway, context } = stage;
  const random = randomOf(seedOf("gateway"));
  const projectId = await stage.newProject();
  const log = newLog();
  gateway.faults.random = random.next;
  gateway.faults.list = anyRequestFails(1 / 3);
  await writeTogether({ context, projectId, random, log }, { writers: 8, total: batches });
  gateway.faults.list = [];

  expect(log.unexpected).toEqual([]);
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
  expect(log.acknowledged).toHaveLength(batches);
  expect(log.slowestMs, "an outcome stayed unknown").toBeLessThan(10_000);
  console.log(
    `${gateway.counters.faults} faults struck; ${batches} batches were acknowledged, ${log.refused.length} refused;`,
    `${log.askedAgain} times a caller asked again; the slowest answer took ${Math.round(log.slowestMs)} ms`,
  );
});
