// The cost of monitoring: a whole Edgesmith with all monitoring on and another with it off, measured alternately. Also
// shows that no request waits for a hanging ingest or metrics store. A third side, equal to the second, shows how much of
// a ratio is noise, since two equal sides differ too.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Caller, newCaller, newProject } from "../test/stage/caller.ts";
import { startSentryIngest } from "../test/stage/sentry-ingest.ts";
import { openTestStack, type TestStack } from "../test/stage/stack.ts";
import { ms, percentile, ratio } from "./figures.ts";
import { ratioOf } from "./interval.ts";
import { processorMs } from "./resident.ts";

const reads = Number(process.env.BENCH_ROUNDS ?? 4_000);
const batches = Math.ceil(reads / 4);
/** The number of first rounds, which warm up all sides. */
const warmUps = 50;
/** Longer than a minute, so that a busy isolate writes its counts. */
const watchedMs = 65_000;
const goal = 1.03;

type Side = { name: string; testStack: TestStack; caller: Caller; projectId: string };
/** The measured side, the side that it is compared with, and a copy of that. */
type Sides = readonly [measured: Side, base: Side, again: Side];
type Operation = { name: string; rounds: number; run(side: Side, round: number): Promise<Response> };

const read: Operation = {
  name: "read",
  rounds: reads,
  run: ({ caller, projectId }) => caller.request(`/v1/projects/${projectId}`),
};

const batch: Operation = {
  name: "batch",
  rounds: batches,
  run: ({ caller, projectId }, round) => {
    const operation = { op: "write", path: `src/file-${round % 50}.ts`, content: `export const value = ${round};\n` };
    return caller.request(`/v1/projects/${projectId}/batches`, { body: { operations: [operation] } });
  },
};

/** `npm run bench monitoring`: BENCH_ROUNDS is the number of reads. */
export async function benchMonitoring(): Promise<void> {
  const sentry = await startSentryIngest();
  const everything = { SENTRY_DSN: sentry.dsn, LOG_LEVEL: "info" };
  const nothing = { MONITORING: "off", LOG_LEVEL: "silent" };
  const sides = [await open("on", everything), await open("off", nothing), await open("off again", nothing)] as const;
  try {
    console.log(`Load of the machine: ${loadavg()[0]?.toFixed(1)}.\n`);
    printHead("on", "off");
    await compare(sides, read);
    await compare(sides, batch);
    await countWrites(sides[0]);
  } finally {
    await Promise.all(sides.map(({ testStack }) => testStack.close()));
    sentry.close();
  }
  await compareHanging();
}

async function open(name: string, variables: Record<string, string>): Promise<Side> {
  const testStack = await openTestStack({ variables });
  const caller = await newCaller(testStack.stack);
  return { name, testStack, caller, projectId: await newProject(caller) };
}

async function timeOf(side: Side, { name, run }: Operation, round: number): Promise<number> {
  const from = performance.now();
  const answer = await run(side, round);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${name}, ${side.name}: ${answer.status}`);
  return performance.now() - from;
}

function printHead(measured: string, base: string): void {
  const ratios = `${measured} ÷ ${base} (95 % of resamples) | ${base} ÷ ${base} (95 % of resamples)`;
  console.log(`| operation | figure | ${measured} | ${base} | ${ratios} | goal |`);
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
}

/** The orders of three sides, in which each side follows each other side equally often. */
const orders = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
  [0, 2, 1],
  [2, 0, 1],
  [1, 0, 2],
] as const;

/** Measures the sides alternately, in another order each time, and prints a row for each figure. */
async function compare(sides: Sides, operation: Operation): Promise<void> {
  const times: [number[], number[], number[]] = [[], [], []];
  const before = sides.map(processorMsOf);
  for (let round = -warmUps; round < operation.rounds; round += 1) {
    for (const place of orders[(round + warmUps) % orders.length] ?? []) {
      const took = await timeOf(sides[place], operation, round + warmUps);
      if (round >= 0) times[place].push(took);
    }
  }
  const [measured, base, again] = times;
  for (const percent of [50, 95]) {
    const figures = [ms(percentile(measured, percent)), ms(percentile(base, percent))];
    const ratios = [ratioOf(measured, base, percent), ratioOf(again, base, percent)];
    const cells = [operation.name, `p${percent}`, ...figures, ...ratios, `≤ ${goal}`];
    console.log(`| ${cells.join(" | ")} |`);
  }
  const [one = 0, other = 0, third = 0] = sides.map((side, place) => processorMsOf(side) - (before[place] ?? 0));
  const each = (total: number) => ms(total / (operation.rounds + warmUps));
  const cells = [each(one), each(other), ratio(one / other), ratio(third / other)];
  console.log(`| ${operation.name} | processor time of workerd | ${cells.join(" | ")} | |`);
}

const processorMsOf = ({ testStack: { stack } }: Side): number => processorMs(stack.workerd());

/** Records each transaction that stores an isolate's counts; the cron's gauges are another row. */
const noteWrites = `
  CREATE TABLE bench_write (transaction bigint);
  CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO bench_write VALUES (txid_current()); RETURN NULL; END $$;
  CREATE TRIGGER note_write AFTER INSERT OR UPDATE ON metric_minute FOR EACH ROW
    WHEN (NEW.isolate <> 'platform') EXECUTE FUNCTION note_write();`;

/** Counts the writes of a busy isolate to the store of metrics. */
async function countWrites(on: Side): Promise<void> {
  const client = new pg.Client({ connectionString: on.testStack.stack.databaseUrl });
  await client.connect();
  await client.query(noteWrites);
  const until = performance.now() + watchedMs;
  while (performance.now() < until) {
    await timeOf(on, read, 0);
    await pause(20);
  }
  const { rows } = await client.query("SELECT count(DISTINCT transaction) AS writes FROM bench_write");
  await client.end();
  console.log(
    `\nWrites of counts in ${watchedMs / 1_000} s: ${rows[0]?.writes} (goal: one a minute, and one more by each cron).\n`,
  );
}

/** Compares three equal sides while one of them has a locked table of metrics and an ingest that never responds. */
async function compareHanging(): Promise<void> {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const sentry = await startSentryIngest();
  const hanging = { SENTRY_DSN: `http://public@127.0.0.1:${port}/1`, LOG_LEVEL: "info" };
  const answering = { SENTRY_DSN: sentry.dsn, LOG_LEVEL: "info" };
  const sides = [
    await open("hanging", hanging),
    await open("answering", answering),
    await open("answering again", answering),
  ] as const;
  const lock = new pg.Client({ connectionString: sides[0].testStack.stack.databaseUrl });
  await lock.connect();
  try {
    await lock.query("BEGIN");
    await lock.query("LOCK TABLE metric_minute, trace IN ACCESS EXCLUSIVE MODE");
    printHead("hanging", "answering");
    await compare(sides, read);
    await lock.query("ROLLBACK");
  } finally {
    await lock.end();
    await Promise.all(sides.map(({ testStack }) => testStack.close()));
    silent.closeAllConnections();
    silent.close();
    sentry.close();
  }
}
