// SIGKILL of the runtimes while a published app writes rows, stores files and runs alarms and a cron: everything
// acknowledged is there, and nothing runs twice for one due time as the same attempt.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { batchResult, published } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { visit } from "./preview-request.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

const rounds = roundsOf(10);

/** Each write stores a row and a file of its number, and sets an alarm. */
const SERVER = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS written (n INTEGER PRIMARY KEY)");
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS run (kind TEXT, due INTEGER, attempt INTEGER, newest INTEGER)");
  }
  async fetch(request: Request): Promise<Response> {
    const { sql } = this.ctx.storage;
    const [, path, n] = new URL(request.url).pathname.split("/");
    if (path === "write") {
      sql.exec("INSERT INTO written VALUES (?)", Number(n));
      this.ctx.storage.setAlarm(Date.now() + 100);
      await this.env.FILES.put("f" + n, "file " + n);
      return new Response("written " + n);
    }
    const files: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await this.env.FILES.list({ cursor });
      files.push(...page.objects.map(({ key }) => key));
      cursor = page.cursor;
      more = page.truncated;
    }
    return Response.json({
      written: sql.exec("SELECT n FROM written ORDER BY n").toArray().map(({ n }) => n),
      runs: sql.exec("SELECT * FROM run").toArray(),
      files,
      alarm: await this.ctx.storage.getAlarm(),
    });
  }
  async alarm({ scheduledTime, retryCount }: AlarmInvocationInfo): Promise<void> {
    await new Promise((done) => setTimeout(done, 50));
    this.#ran("alarm", scheduledTime, retryCount + 1);
  }
  async scheduled({ scheduledTime, attempt }: ScheduledController): Promise<void> {
    await new Promise((done) => setTimeout(done, 50));
    this.#ran("cron", scheduledTime, attempt);
  }
  #ran(kind: string, due: number, attempt: number): void {
    this.ctx.storage.sql.exec("INSERT INTO run SELECT ?, ?, ?, coalesce(max(n), 0) FROM written", kind, due, attempt);
  }
}`;

const stateSchema = z.object({
  written: z.array(z.number()),
  runs: z.array(z.object({ kind: z.string(), due: z.number(), attempt: z.number(), newest: z.number() })),
  files: z.array(z.string()),
  alarm: z.number().nullable(),
});

let testStack: TestStack;
let caller: Caller;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
});

afterAll(() => testStack.close());

async function publishApp(): Promise<string> {
  const projectId = await newProject(caller);
  const operations = [
    { op: "create", path: "src/server.ts", content: SERVER },
    { op: "create", path: "edgesmith.json", content: '{"crons":["* * * * *"]}' },
  ];
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations }, headers });
  const { url } = await caller.expect(published, 200, `/v1/projects/${projectId}/publish`, {
    method: "POST",
    body: {},
  });
  return new URL(url).origin;
}

it("A published app loses no acknowledged row, file or alarm by kill -9, and runs no due time twice as the same attempt", async () => {
  const random = randomOf(seedOf("app services"));
  const origin = await publishApp();
  const acknowledged: number[] = [];
  let n = 0;
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      n += 1;
      const answer = await visit(`${origin}/write/${n}`).catch(() => null);
      if (answer?.status === 200) acknowledged.push(n);
      else await pause(100);
    }
  })();
  for (let round = 0; round < rounds; round += 1) {
    const before = acknowledged.length;
    await until("writes are acknowledged again", 120_000, async () => acknowledged.length > before);
    await pause(random.whole(0, 1_500));
    expect(testStack.stack.killWorkerd().length).toBeGreaterThan(0);
    await testStack.stack.ready(120_000);
  }
  const before = acknowledged.length;
  await until("writes are acknowledged after the last kill", 120_000, async () => acknowledged.length > before);
  isOver = true;
  await writing;
  const state = await until("the last alarm and a cron have run", 150_000, async () => {
    const answer = await visit(`${origin}/state`).catch(() => null);
    const read = answer?.status === 200 ? stateSchema.parse(JSON.parse(answer.text)) : null;
    const isLast = read?.runs.some(({ kind, newest }) => kind === "alarm" && newest >= (acknowledged.at(-1) ?? 0));
    const hasCron = read?.runs.some(({ kind }) => kind === "cron");
    return isLast && hasCron && read?.alarm === null ? read : null;
  });
  console.log(`${rounds} kills, ${acknowledged.length} writes acknowledged, ${state.runs.length} runs`);
  expect(acknowledged.length).toBeGreaterThan(rounds);
  expect(acknowledged.filter((one) => !state.written.includes(one))).toEqual([]);
  expect(acknowledged.filter((one) => !state.files.includes(`f${one}`))).toEqual([]);
  const runs = state.runs.map(({ kind, due, attempt }) => `${kind} ${due} ${attempt}`);
  expect(runs.filter((run, index) => runs.indexOf(run) !== index)).toEqual([]);
});
