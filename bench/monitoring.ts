// The cost of monitoring: a whole Edgesmith with everything on beside one with everything off, asked in turns. And that
// nothing waits for an ingest and a store of metrics that hang.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Caller, newCaller, newProject } from "../test/stage/caller.ts";
import { startSentryIngest } from "../test/stage/sentry-ingest.ts";
import { openTestStack, type TestStack } from "../test/stage/stack.ts";
import { ms, percentile, ratio } from "./figures.ts";
import { processorMs } from "./resident.ts";

const reads = Number(process.env.BENCH_ROUNDS ?? 2_000);
const batches = Math.ceil(reads / 4);
/** The first rounds warm both up. */
const warmUps = 50;
const hangingRounds = 4;
/** Longer than a minute, so that a busy isolate writes its counts. */
const watchedMs = 65_000;
const goal = 1.03;

type Side = { name: string; testStack: TestStack; caller: Caller; projectId: string };
type Operation = { name: string; rounds: number; run(side: Side, round: number): Promise<Response> };

const operations: Operation[] = [
  { name: "read", rounds: reads, run: ({ caller, projectId }) => caller.request(`/v1/projects/${projectId}`) },
  {
    name: "batch",
    rounds: batches,
    run: ({ caller, projectId }, round) => {
      const operation = { op: "write", path: `src/file-${round % 50}.ts`, content: `export const value = ${round};\n` };
      return caller.request(`/v1/projects/${projectId}/batches`, { body: { operations: [operation] } });
    },
  },
];

/** `npm run bench monitoring`: BENCH_ROUNDS is the number of reads. */
export async function benchMonitoring(): Promise<void> {
  const sentry = await startSentryIngest();
  const on = await open("on", { SENTRY_DSN: sentry.dsn, LOG_LEVEL: "info" });
  const off = await open("off", { MONITORING: "off", LOG_LEVEL: "silent" });
  try {
    console.log(`Load of the machine: ${loadavg()[0]?.toFixed(1)}.\n`);
    await compare(on, off);
    await countWrites(on);
  } finally {
    await Promise.all([on.testStack.close(), off.testStack.close()]);
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

/** Asks both sides in turns, in the other order every second time. */
async function compare(on: Side, off: Side): Promise<void> {
  console.log("| operation | figure | on | off | on ÷ off | goal |\n| --- | --- | ---: | ---: | ---: | ---: |");
  for (const operation of operations) {
    const times = { on: [] as number[], off: [] as number[] };
    const before = [on, off].map(processorMsOf);
    for (let round = -warmUps; round < operation.rounds; round += 1) {
      const order = round % 2 === 0 ? ([on, off] as const) : ([off, on] as const);
      for (const side of order) {
        const took = await timeOf(side, operation, round + warmUps);
        if (round >= 0) times[side === on ? "on" : "off"].push(took);
      }
    }
    for (const percent of [50, 95]) {
      const [one, other] = [percentile(times.on, percent), percentile(times.off, percent)];
      const cells = [operation.name, `p${percent}`, ms(one), ms(other), ratio(one / other), `≤ ${goal}`];
      console.log(`| ${cells.join(" | ")} |`);
    }
    const [one = 0, other = 0] = [on, off].map((side, place) => processorMsOf(side) - (before[place] ?? 0));
    const each = (total: number) => ms(total / (operation.rounds + warmUps));
    console.log(
      `| ${operation.name} | processor time of workerd | ${each(one)} | ${each(other)} | ${ratio(one / other)} | |`,
    );
  }
}

const processorMsOf = ({ testStack: { stack } }: Side): number => processorMs(stack.workerd());

/** Notes each transaction that stores an isolate's counts; the cron's gauges are another row. */
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
  const [read] = operations;
  while (read && performance.now() < until) {
    await timeOf(on, read, 0);
    await pause(20);
  }
  const { rows } = await client.query("SELECT count(DISTINCT transaction) AS writes FROM bench_write");
  await client.end();
  console.log(
    `\nWrites of counts in ${watchedMs / 1_000} s: ${rows[0]?.writes} (goal: one a minute, and one more by each cron).`,
  );
}

/** Compares one side with itself: while the table of metrics is locked and the ingest answers nothing, and while not. */
async function compareHanging(): Promise<void> {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const side = await open("hanging", { SENTRY_DSN: `http://public@127.0.0.1:${port}/1`, LOG_LEVEL: "info" });
  const lock = new pg.Client({ connectionString: side.testStack.stack.databaseUrl });
  await lock.connect();
  try {
    const times = { hanging: [] as number[], answering: [] as number[] };
    for (let block = 0; block < hangingRounds; block += 1) {
      await lock.query("BEGIN");
      await lock.query("LOCK TABLE metric_minute, trace IN ACCESS EXCLUSIVE MODE");
      times.hanging.push(...(await readsOf(side)));
      await lock.query("ROLLBACK");
      times.answering.push(...(await readsOf(side)));
    }
    const line = [50, 95].map((percent) => {
      const [one, other] = [percentile(times.hanging, percent), percentile(times.answering, percent)];
      return `p${percent} ${ms(one)} and ${ms(other)} (${ratio(one / other)})`;
    });
    console.log(`\nReads while ingest and metrics store hang, and while not: ${line.join(", ")}.`);
  } finally {
    await lock.end();
    await side.testStack.close();
    silent.closeAllConnections();
    silent.close();
  }
}

async function readsOf(side: Side): Promise<number[]> {
  const [read] = operations;
  const times: number[] = [];
  // Long enough for the isolate to fall due to write.
  for (let round = 0; read && round < reads / hangingRounds; round += 1) times.push(await timeOf(side, read, round));
  return times;
}
