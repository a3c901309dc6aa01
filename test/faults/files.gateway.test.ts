// File batches while the gateway in front of the database fails at random points: before BEGIN, in the middle, before
// COMMIT, after COMMIT.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { newId } from "../../worker/contract/index.ts";
import { until } from "../stage/until.ts";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { anyRequestFails } from "./gateway-faults.ts";
import { checkHistory } from "./history-checker.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";
import { newLog, sendBatch } from "./send-batch.ts";

let stage: FilesStage;

beforeAll(async () => {
  stage = await openFilesStage({ durable: false });
});

afterAll(() => stage.close());

afterEach(() => {
  stage.gateway.faults.list = [];
});

const batches = roundsOf(500);
const timeoutMs = 120_000 + batches * 1_000;

it(`${batches} file batches are complete and applied once while one request in three fails`, {
  timeout: timeoutMs,
}, async () => {
  const { gateway, context } = stage;
  const random = randomOf(seedOf("gateway"));
  const projectId = await stage.newProject();
  const log = newLog();
  gateway.faults.random = random.next;
  gateway.faults.list = anyRequestFails(1 / 3);
  await writeTogether({ context, projectId, random, log }, { writers: 8, total: batches });

  expect(log.unexpected).toEqual([]);
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
  expect(log.acknowledged).toHaveLength(batches);
  expect(log.slowestMs, "an outcome stayed unknown").toBeLessThan(10_000);
  console.log(
    `${gateway.counters.faults} faults struck; ${batches} batches were acknowledged, ${log.refused.length} refused;`,
    `${log.askedAgain} times a caller asked again; the slowest answer took ${Math.round(log.slowestMs)} ms`,
  );
});

it("Concurrent senders of one batch get the same response, and the batch is applied once", async () => {
  const { gateway, context } = stage;
  const random = randomOf(seedOf("same id"));
  const projectId = await stage.newProject();
  gateway.faults.random = random.next;
  gateway.faults.list = anyRequestFails(1 / 3);
  const log = newLog();
  for (let number = 1; number <= 20; number += 1) {
    const message = `batch ${number}`;
    const opId = newId("operation");
    const input = { message, operations: [{ op: "write" as const, path: "a.txt", content: message }] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => sendBatch(context, projectId, input, newLog(), opId)));
    expect(answers).toEqual(answers.map(() => ({ revision: number })));
    await sendBatch(context, projectId, input, log, opId);
  }
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
});

it("a batch's outcome is returned on retry after the database was down for longer than a request waits", async () => {
  const { gateway, context } = stage;
  const projectId = await stage.newProject();
  const log = newLog();
  // Each batch commits, but every response is lost, including the responses to queries of the batch's outcome.
  gateway.faults.list = [{ at: "after-commit" }];
  const senders = Array.from({ length: 8 }, (_, sender) => {
    const message = `sender ${sender}`;
    const operations = [{ op: "create" as const, path: `${sender}.txt`, content: message }];
    return sendBatch(context, projectId, { message, operations }, log);
  });
  await until("that all are told that the outcome is unknown", 20_000, async () => log.askedAgain >= senders.length);
  gateway.faults.list = [];
  const restored = performance.now();
  await Promise.all(senders);
  expect(performance.now() - restored).toBeLessThan(10_000);
  expect(log.acknowledged).toHaveLength(senders.length);
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
});
