// File batches under load while PostgreSQL is killed repeatedly and the gateway fails as well.
import { afterAll, beforeAll, expect, it } from "vitest";
import { descendants, signal } from "../../dev/processes.ts";
import { until } from "../stage/until.ts";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { anyRequestFails } from "./gateway-faults.ts";
import { checkHistory } from "./history-checker.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { newLog, type WriterLog } from "./send-batch.ts";

let stage: FilesStage;

beforeAll(async () => {
  stage = await openFilesStage({ durable: true });
});

afterAll(() => stage.close());

const batches = roundsOf(500);
const timeoutMs = 120_000 + batches * 1_000;
const kills = Math.max(3, Math.round(batches / 60));

/**
 * The processes to kill: the postmaster, whose children may finish their current statement; all processes; or the
 * backend of one connection.
 */
const victims = {
  postmaster: (pid: number) => [pid],
  everything: (pid: number) => [pid, ...descendants(pid)],
  connection: (pid: number, random: Random) => {
    const [first, ...others] = descendants(pid);
    return first === undefined ? [] : [random.pick([first, ...others])];
  },
};

/**
 * Kills with SIGKILL after every `every` acknowledged batches, and expects each pending batch to be answered within ten
 * seconds.
 * @returns the times in milliseconds
 */
async function killAgainAndAgain(log: WriterLog, random: Random, every: number): Promise<number[]> {
  const resolvedAfterMs: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const wanted = every * kill;
    await until(`${wanted} acknowledged batches`, 120_000, async () => log.acknowledged.length >= wanted);
    const pid = stage.postgres.pid();
    if (pid === undefined) throw new Error("PostgreSQL has no process");
    const victim = (["postmaster", "everything", "connection"] as const)[kill % 3] ?? "postmaster";
    const underWay = [...log.unanswered];
    const killed = performance.now();
    for (const one of victims[victim](pid, random)) signal(one, "SIGKILL");
    await until("every batch under way at a kill is answered", 10_000, async () =>
      underWay.every((message) => !log.unanswered.has(message)),
    );
    resolvedAfterMs.push(Math.round(performance.now() - killed));
    await until("the server is there", 10_000, async () => victim === "connection" || stage.postgres.pid() !== pid);
  }
  return resolvedAfterMs;
}

it(`${batches} batches are kept and applied once while PostgreSQL is killed ${kills} times`, {
  timeout: timeoutMs,
}, async () => {
  const { gateway, context } = stage;
  const random = randomOf(seedOf("kill"));
  const projectId = await stage.newProject();
  const log = newLog();
  gateway.faults.random = random.next;
  gateway.faults.list = anyRequestFails(1 / 10);
  const [resolvedAfterMs] = await Promise.all([
    killAgainAndAgain(log, random, Math.floor(batches / (kills + 1))),
    writeTogether({ context, projectId, random, log }, { writers: 8, total: batches }),
  ]);
  gateway.faults.list = [];

  expect(log.unexpected).toEqual([]);
  expect(await checkHistory(stage.url, projectId, log)).toEqual([]);
  expect(log.acknowledged).toHaveLength(batches);
  console.log(
    `killed ${kills} times; what was under way was answered after ${resolvedAfterMs.join(", ")} ms; ${gateway.counters.faults} faults`,
    `struck besides; ${log.askedAgain} times a caller asked again; the slowest answer took ${Math.round(log.slowestMs)} ms`,
  );
});
