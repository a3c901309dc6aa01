// Kills every runtime with SIGKILL while an app writes and its owner takes and restores snapshots. No acknowledged
// write is lost, and each restore is all or nothing.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, dataQueryResult, dataSnapshot, pageOf, preview } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { enter, visit } from "./preview-request.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

/** Each request writes a number into two tables in one transaction, so that a torn copy is detectable. */
const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    for (const name of ["left", "right"]) ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS " + name + '_side (n INTEGER PRIMARY KEY, text TEXT)');
  }
  fetch() {
    const { sql } = this.ctx.storage;
    const n = Number(sql.exec("SELECT coalesce(max(n), 0) + 1 AS n FROM left_side").one().n);
    for (const name of ["left", "right"]) sql.exec("INSERT INTO " + name + "_side VALUES (?, ?)", n, "x".repeat(2_000));
    return Response.json(n);
  }
}
`;

const rounds = roundsOf(6);
const random = randomOf(seedOf("app data"));
let testStack: TestStack;
let caller: Caller;
let projectId: string;
let data: string;
let origin: string;
let cookie: string;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  projectId = await newProject(caller);
  data = `/v1/projects/${projectId}/data/preview`;
  const operations = [{ op: "create", path: "src/server.ts", content: server }];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  origin = new URL(url).origin;
  cookie = await enter(url);
});

afterAll(() => testStack.close());

/** @returns the written number; null without a response */
async function write(): Promise<number | null> {
  const answer = await visit(`${origin}/`, { body: {}, cookie }).catch(() => null);
  return answer?.status === 200 ? z.number().parse(JSON.parse(answer.text)) : null;
}

async function counts(): Promise<{ left: number; right: number; most: number }> {
  const sql =
    "SELECT (SELECT count(*) FROM left_side) AS l, (SELECT count(*) FROM right_side) AS r, (SELECT max(n) FROM left_side) AS most";
  const { rows } = await until("the data answers again", 60_000, async () => {
    const answer = await caller.request(`${data}/query`, { body: { sql } }).catch(() => null);
    return answer?.status === 200 ? dataQueryResult.parse(await answer.json()) : null;
  });
  const { l, r, most } = rows[0] ?? {};
  return { left: Number(l), right: Number(r), most: Number(most) };
}

/** Writes until `stop` is called, and records the largest acknowledged number. */
function startWriting() {
  let isStopped = false;
  let acknowledged = 0;
  const ended = (async () => {
    while (!isStopped) acknowledged = Math.max(acknowledged, (await write()) ?? 0);
  })();
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      isStopped = true;
      await ended;
    },
  };
}

const listSnapshots = async () => (await caller.expect(pageOf(dataSnapshot), 200, `${data}/snapshots?limit=100`)).data;

async function expectWhole(): Promise<number> {
  const { left, right, most } = await counts();
  expect({ left, right }, "both tables, without a gap").toEqual({ left: most, right: most });
  return most;
}

it("A killed runtime loses no acknowledged row, and every snapshot that is listed is whole", {
  timeout: 600_000,
}, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const writing = startWriting();
    await until("rows are written", 60_000, async () => (writing.acknowledged() > 0 ? true : null));
    const before = writing.acknowledged();
    const taken = caller.request(`${data}/snapshots`, { body: {} }).catch(() => null);
    await pause(random.next() * 150);
    testStack.stack.killWorkerd();
    await writing.stop();
    const acknowledged = writing.acknowledged();
    expect(await expectWhole(), `round ${round}: acknowledged rows`).toBeGreaterThanOrEqual(acknowledged);
    const isTaken = (await taken)?.status === 201;
    const [newest] = await listSnapshots();
    if (newest === undefined || !isTaken) continue;
    await until("the snapshot is restored", 60_000, async () => {
      const { status } = await caller.request(`${data}/snapshots/${newest.id}/restore`, { method: "POST" });
      return status === 200 ? true : null;
    });
    expect(await expectWhole(), `round ${round}: rows of the snapshot`).toBeGreaterThanOrEqual(before);
  }
});

it("A restore that is killed leaves the data as it was before or as it is in the snapshot", {
  timeout: 600_000,
}, async () => {
  for (let round = 0; round < rounds; round += 1) {
    await write();
    const small = await expectWhole();
    const snapshot = await caller.expect(dataSnapshot, 201, `${data}/snapshots`, { body: {} });
    for (let more = 0; more < 3; more += 1) await write();
    const large = await expectWhole();
    const restored = caller.request(`${data}/snapshots/${snapshot.id}/restore`, { method: "POST" }).catch(() => null);
    await pause(random.next() * 60);
    testStack.stack.killWorkerd();
    await restored;
    expect([small, large], `round ${round}`).toContain(await expectWhole());
  }
});
