// Load by virtual users for some minutes: each reads, writes batches, runs agents, follows their streams and receives
// webhooks. At the end the figures of the administration must equal the generator's own counts, no request may have
// failed, and the heaps of both Workers must be flat.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { startScriptedModel } from "../../dev/model/index.ts";
import { freePort } from "../../dev/ports.ts";
import { type Caller, callerWith } from "../../test/stage/caller.ts";
import { openTestStack, type TestStack } from "../../test/stage/stack.ts";
import { type MetricName, metricPoints } from "../../worker/contract/index.ts";
import { ms, percentile } from "../figures.ts";
import { describeResident, judgeHeap, type MemorySamples, sampleMemory, WORKERS } from "./flat-memory.ts";

const defaultUsers = 200;
/** The number of accounts, fewer than users, since hashing their passwords would be most of the work. */
const accounts = 20;
const thinkMs = 4_000;
const email = "owner@example.com";
const password = "correct horse battery";

/** The generator's own counts. */
class Tally {
  requests = 0;
  runs = 0;
  microUsd = 0;
  revisions = 0;
  /** The ids of the webhook's messages, each of which may arrive more than once. */
  readonly delivered = new Set<string>();
  readonly faults: string[] = [];
  readonly times: number[] = [];

  /** Sends a request and counts it; a 5xx, or a status that was not expected, is a fault. */
  async send(caller: Caller, path: string, init: Parameters<Caller["request"]>[1] = {}): Promise<Response | null> {
    this.requests += 1;
    const from = performance.now();
    try {
      const answer = await caller.request(path, init);
      this.times.push(performance.now() - from);
      if (!answer.ok) this.faults.push(`${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
      return answer.ok ? answer : null;
    } catch (error) {
      this.faults.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}

type Ports = { api: number; preview: number };
type Stage = { testStack: TestStack; owner: Caller; tally: Tally; receiver: string; users: number; ports: Ports };

const usage = "npm run bench load -- --minutes <number> --users <number>";

/** @throws Error when the option is given without a positive number */
function numberAfter(option: string, otherwise: number): number {
  const position = process.argv.indexOf(option);
  const value = position < 0 ? otherwise : Number(process.argv[position + 1]);
  if (!(value > 0)) throw new Error(usage);
  return value;
}

/** `npm run bench load -- --users 200 --minutes 10` */
export async function benchLoad(): Promise<void> {
  const minutes = numberAfter("--minutes", 10);
  const users = numberAfter("--users", defaultUsers);
  const tally = new Tally();
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      tally.delivered.add(String(request.headers["webhook-id"]));
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const model = await startScriptedModel();
  const ports = { api: await freePort(), preview: await freePort() };
  const testStack = await openTestStack({
    inspectorPorts: ports,
    variables: {
      ADMIN_EMAILS: email,
      DEFAULT_PLAN: "enterprise",
      ALLOW_LOOPBACK_WEBHOOKS: "true",
      LOG_LEVEL: "error",
      // Gives the scripted model the names of models with a price, so that money is compared too.
      ANTHROPIC_API_KEY: "scripted",
      ANTHROPIC_BASE_URL: model.url,
      MODEL_SCRIPTED: "false",
      PLATFORM_DAILY_MICRO_USD: String(10 ** 12),
    },
  });
  try {
    const owner = await signUp(testStack, tally, email);
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await loadFor(minutes * 60_000, { testStack, owner, tally, receiver: url, users, ports });
  } finally {
    await testStack.close();
    await model.close();
    receiver.closeAllConnections();
    receiver.close();
  }
}

async function loadFor(durationMs: number, stage: Stage): Promise<void> {
  const { testStack, owner, tally, users } = stage;
  const from = new Date(Date.now() - 300_000).toISOString();
  const sum = async (metric: MetricName) => {
    tally.requests += 1;
    const path = `/v1/admin/metrics?metric=${metric}&from=${encodeURIComponent(from)}&step=60`;
    const { points } = await owner.expect(metricPoints, 200, path);
    return points.reduce((total, { value }) => total + value, 0);
  };
  // The requests of the stack's start, before any request that reads the figures.
  const earlier = (await sum("requests")) - (tally.requests - 1);
  const callers: Caller[] = [];
  for (let account = 0; account < accounts; account += 1) callers.push(await newAccount(stage, account));
  const until = performance.now() + durationMs;
  const sampling = sampleMemory(stage.ports, () => testStack.stack.workerd(), until);
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      const caller = callers[user % accounts];
      if (caller) await beUser(stage, caller, user, until);
    }),
  );
  const memory = await sampling;
  await settled(stage);
  report(tally, memory, {
    requests: [(await sum("requests")) - earlier, tally.requests - 1],
    "requests with an error": [await sum("errors"), 0],
    runs: [await sum("runs"), tally.runs],
    "failed runs": [await sum("failed_runs"), 0],
    "micro-dollars": [await sum("model_micro_usd"), tally.microUsd],
  });
}

type Figures = Record<string, [theirs: number, ours: number]>;

/** Prints all figures and the verdict, which decides the exit code. */
function report(tally: Tally, memory: MemorySamples, figures: Figures): void {
  const failures: string[] = [];
  const cell = (name: string, isRight: boolean) => {
    if (!isRight) failures.push(name);
    return isRight ? "yes" : "NO";
  };
  console.log("| figure | administration | generator | equal |\n| --- | ---: | ---: | --- |");
  for (const [name, [theirs, ours]] of Object.entries(figures)) {
    console.log(`| ${name} | ${theirs} | ${ours} | ${cell(name, theirs === ours)} |`);
  }
  const delivered = tally.delivered.size;
  console.log(
    `| deliveries | | ${delivered} of ${tally.revisions} | ${cell("deliveries", delivered === tally.revisions)} |`,
  );
  console.log("\n| heap after a collection | | flat |\n| --- | --- | --- |");
  for (const name of WORKERS) {
    const { isFlat, text } = judgeHeap(memory.heaps[name]);
    console.log(`| ${name} | ${text} | ${cell(`heap of ${name}`, isFlat)} |`);
  }
  console.log(`\nResident memory of all workerd, not judged: ${describeResident(memory.resident)}.`);
  console.log(`Requests: p50 ${ms(percentile(tally.times, 50))}, p95 ${ms(percentile(tally.times, 95))}.`);
  console.log(`Requests and streams that failed: ${tally.faults.length}.`, tally.faults.slice(0, 5).join("\n"));
  if (tally.faults.length > 0) failures.push("failed requests");
  console.log(failures.length === 0 ? "\nPASSED" : `\nFAILED: ${failures.join(", ")}`);
  if (failures.length > 0) process.exitCode = 1;
}

async function signUp({ stack }: TestStack, tally: Tally, address: string): Promise<Caller> {
  const anonymous = callerWith(stack.appUrl, stack.port, { Origin: stack.appUrl }, "");
  const body = { name: "Load", email: address, password };
  const answer = await tally.send(anonymous, "/v1/auth/sign-up/email", { body });
  const cookie = (answer?.headers.getSetCookie() ?? []).map((one) => one.split(";")[0]).join("; ");
  await answer?.arrayBuffer();
  return callerWith(stack.appUrl, stack.port, { Origin: stack.appUrl, Cookie: cookie }, cookie);
}

const made = z.object({ token: z.string() });

/** An account's token, with a webhook for each revision. */
async function newAccount({ testStack, tally, receiver }: Stage, account: number): Promise<Caller> {
  const person = await signUp(testStack, tally, `load-${account}@example.com`);
  await (
    await tally.send(person, "/v1/webhooks", { body: { url: receiver, events: ["revision.created"] } })
  )?.arrayBuffer();
  const scopes = ["projects:read", "projects:write", "runs:read", "runs:write"];
  const answer = await tally.send(person, "/v1/tokens", { body: { name: "load", scopes } });
  const { token } = made.parse(await answer?.json());
  return callerWith(testStack.stack.appUrl, testStack.stack.port, { Authorization: `Bearer ${token}` }, "");
}

const created = z.object({ id: z.string() });
const completed = z.object({ usage: z.object({ microUsd: z.number() }) });

/** One virtual user with a project of its own: read, batch, run with its stream, and again. */
async function beUser({ tally, users }: Stage, caller: Caller, user: number, until: number): Promise<void> {
  await pause((user / users) * thinkMs);
  const answer = await tally.send(caller, "/v1/projects", { body: { name: `User ${user}` } });
  if (answer === null) return;
  const at = `/v1/projects/${created.parse(await answer.json()).id}`;
  for (let round = 0; performance.now() < until; round += 1) {
    await (await tally.send(caller, at))?.arrayBuffer();
    await pause(thinkMs);
    const operations = [{ op: "write", path: `src/file-${round % 20}.ts`, content: `export const at = ${round};\n` }];
    const batch = await tally.send(caller, `${at}/batches`, { body: { operations } });
    if (batch) tally.revisions += 1;
    await batch?.arrayBuffer();
    await pause(thinkMs);
    if (round % 3 !== 0) continue;
    const body = { prompt: '```script\n[{"text":"Hello."}]\n```', agent: "fullstack" };
    const stream = await tally.send(caller, `${at}/runs`, { body, headers: { Accept: "text/event-stream" } });
    if (stream) tally.runs += 1;
    const text = (await stream?.text()) ?? "";
    const end = /event: run\.completed\ndata: (.*)/.exec(text)?.[1];
    if (end) tally.microUsd += completed.parse(JSON.parse(end)).usage.microUsd;
    else if (stream) tally.faults.push(`${at}: a stream without its end`);
    await pause(thinkMs);
  }
}

/** Waits until the deliveries have arrived, for at most a minute. */
async function settled({ tally }: Stage): Promise<void> {
  for (let waited = 0; waited < 60 && tally.delivered.size < tally.revisions; waited += 1) await pause(1_000);
}
