// Kills the runtimes with SIGKILL while a published app writes rows, stores files, receives uploads and runs alarms and
// a cron. No acknowledged work is lost, and no attempt for a due time runs twice.
import { createHash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { signal } from "../../dev/processes.ts";
import { batchResult, published } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { visit } from "./preview-request.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

const rounds = roundsOf(25);
/** Every `allEvery`-th kill ends all runtimes, which takes longer; the others end only the apps' runtime. */
const allEvery = 10;

/** Each write stores a row and a file named by its number, and sets an alarm. */
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
    if (path === "sign") return new Response(await this.env.FILES.signedUrl("u" + n, { method: "PUT", maxBytes: 100 }));
    const files: [string, string][] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await this.env.FILES.list({ cursor });
      files.push(...page.objects.map(({ key, etag }): [string, string] => [key, etag]));
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
  files: z.array(z.tuple([z.string(), z.string()])).transform((entries) => new Map(entries)),
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

/**
 * Returns the process id of the apps' runtime, which has the apps' databases open. Only Linux lists a process's open
 * files in `/proc`.
 */
const previewRuntime = (): number | undefined =>
  testStack.stack.workerd().find((pid) => {
    try {
      const folder = `/proc/${pid}/fd`;
      return readdirSync(folder).some((file) => readlinkSync(join(folder, file)).includes("/workers/previews/"));
    } catch {
      // The file was closed, or the process ended, during the check.
      return false;
    }
  });

async function kill(round: number): Promise<void> {
  if (round % allEvery === allEvery - 1 || process.platform !== "linux") {
    expect(testStack.stack.killWorkerd().length).toBeGreaterThan(0);
    return testStack.stack.ready(120_000);
  }
  const pid = await until("the apps' runtime is there", 120_000, async () => previewRuntime());
  expect(signal(pid, "SIGKILL")).toBe(true);
}

/** Repeats an action with numbers from 1 until it is stopped, and records the acknowledged numbers. */
function repeat(isAcknowledged: (n: number) => Promise<boolean>) {
  const acknowledged: number[] = [];
  let isOver = false;
  const ended = (async () => {
    for (let n = 1; !isOver; n += 1) {
      if (await isAcknowledged(n).catch(() => false)) acknowledged.push(n);
      else await pause(50);
    }
  })();
  const stop = () => {
    isOver = true;
    return ended;
  };
  return { acknowledged, stop };
}

const textOf = (n: number): string => `upload ${n}`;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

it("A published app loses no acknowledged row, file, upload or alarm by kill -9, and runs no due time twice as the same attempt", async () => {
  const random = randomOf(seedOf("app services"));
  const origin = await publishApp();
  const writes = repeat(async (n) => (await visit(`${origin}/write/${n}`)).status === 200);
  const uploads = repeat(async (n) => {
    const { status, text } = await visit(`${origin}/sign/${n}`);
    return status === 200 && (await visit(origin + text, { upload: textOf(n) })).status === 200;
  });
  const goesOn = async (what: string) => {
    const before = [writes.acknowledged.length, uploads.acknowledged.length] as const;
    await until(what, 120_000, async () => {
      return writes.acknowledged.length > before[0] && uploads.acknowledged.length > before[1];
    });
  };
  for (let round = 0; round < rounds; round += 1) {
    await goesOn("writes and uploads are acknowledged again");
    await pause(random.whole(0, 300));
    await kill(round);
  }
  await goesOn("writes and uploads are acknowledged after the last kill");
  await Promise.all([writes.stop(), uploads.stop()]);
  const last = writes.acknowledged.at(-1) ?? 0;
  const state = await until("the last alarm and a cron have run", 150_000, async () => {
    const answer = await visit(`${origin}/state`).catch(() => null);
    const read = answer?.status === 200 ? stateSchema.parse(JSON.parse(answer.text)) : null;
    const isLast = read?.runs.some(({ kind, newest }) => kind === "alarm" && newest >= last);
    const hasCron = read?.runs.some(({ kind }) => kind === "cron");
    return isLast && hasCron && read?.alarm === null ? read : null;
  });
  const counts = `${writes.acknowledged.length} writes and ${uploads.acknowledged.length} uploads acknowledged`;
  console.log(`${rounds} kills, ${counts}, ${state.runs.length} runs`);
  expect(writes.acknowledged.length).toBeGreaterThan(rounds);
  expect(writes.acknowledged.filter((n) => !state.written.includes(n))).toEqual([]);
  expect(writes.acknowledged.filter((n) => !state.files.has(`f${n}`))).toEqual([]);
  expect(uploads.acknowledged.filter((n) => state.files.get(`u${n}`) !== md5(textOf(n)))).toEqual([]);
  const runs = state.runs.map(({ kind: what, due, attempt }) => `${what} ${due} ${attempt}`);
  expect(runs.filter((run, index) => runs.indexOf(run) !== index)).toEqual([]);
});
