// One batch of N new files of 8 KB: the one set-based statement of worker/projects against one statement per file, both
// as one HTTP request to the same PostgreSQL, in turn.
import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { blob, file, project, user } from "../drizzle/schema/index.ts";
import type { Context } from "../worker/accounts/index.ts";
import { parseConfig } from "../worker/config/index.ts";
import { type BatchInput, newId } from "../worker/contract/index.ts";
import type { Database } from "../worker/database/index.ts";
import { applyBatch } from "../worker/projects/index.ts";
import { median, ms, ratio } from "./figures.ts";
import { startDatabase } from "./ground.ts";

const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const sizes = [1, 10, 100];
const delays = [0, 10, 30];
const fileBytes = 8_192;

export async function benchFiles(): Promise<void> {
  const { database, gateway, stop } = await startDatabase();
  try {
    const context = await newContext(database);
    console.log(`Batches of new files of ${fileBytes} bytes; median of ${rounds}, both ways in turn.\n`);
    console.log("| files | added round trip | one statement | requests | one statement per file | ratio |");
    console.log("| ---: | ---: | ---: | ---: | ---: | ---: |");
    for (const delayMs of delays) {
      gateway.faults.delayMs = delayMs;
      for (const count of sizes) console.log(await row(context, gateway.counters, count, delayMs));
    }
  } finally {
    await stop();
  }
}

type Counters = { requests: number };

async function row(context: Context, counters: Counters, count: number, delayMs: number): Promise<string> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let requests = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const before = counters.requests;
    const one = await timed(async () => applyOne(context, count));
    requests = counters.requests - before - 1;
    const many = await timed(async () => applyMany(context, count));
    // The first round warms both up.
    if (round > 0) {
      ours.push(one);
      theirs.push(many);
    }
  }
  const [one, many] = [median(ours), median(theirs)];
  return `| ${count} | ${delayMs} ms | ${ms(one)} | ${requests} | ${ms(many)} | ${ratio(many / one)} |`;
}

async function timed(work: () => Promise<() => Promise<unknown>>): Promise<number> {
  const run = await work();
  const from = performance.now();
  await run();
  return performance.now() - from;
}

const contents = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: `src/file-${index}.ts`,
    content: randomBytes(fileBytes / 2).toString("hex"),
  }));

async function applyOne(context: Context, count: number) {
  const projectId = await newProject(context);
  const operations: BatchInput["operations"] = contents(count).map((one) => ({ op: "create", ...one }));
  return () => applyBatch(context, { projectId, opId: newId("operation"), input: { operations } });
}

/** What a straightforward store would send: two inserts a file and the head, in one transaction over HTTP. */
async function applyMany({ database, ...context }: Context, count: number) {
  const projectId = await newProject({ database, ...context });
  const head = database.update(project).set({ head: sql`head + 1` }).where(eq(project.id, projectId));
  const writes = contents(count).flatMap(({ path, content }, index) => {
    const sha256 = index.toString(16).padStart(64, "0");
    const common = { sha256, bytes: content.length, encoding: "utf-8" as const };
    return [
      database.insert(blob).values({ ...common, space: projectId, content }),
      database.insert(file).values({ ...common, projectId, path, language: "typescript", revision: 1 }),
    ];
  });
  return () => database.batch([head, ...writes]);
}

async function newProject({ database, actor }: Context): Promise<string> {
  const id = newId("project");
  await database.insert(project).values({ id, ownerId: actor.ownerId, name: "bench", space: id });
  return id;
}

async function newContext(database: Database): Promise<Context> {
  const id = newId("user");
  await database.insert(user).values({ id, name: "Bench", email: `${id}@example.com`, plan: "enterprise" });
  const config = parseConfig({
    DATABASE_URL: "postgresql://bench@localhost/bench",
    AUTH_SECRET: "only-for-a-benchmark-32-characters",
    APP_URL: "http://localhost:8787",
    PREVIEW_DOMAIN: "localhost:8788",
    SESSIONS: {},
    RATE_LIMITERS: {},
    DELIVERIES: {},
    PREVIEW: {},
  });
  return { config, database, actor: { kind: "user", ownerId: id, plan: "enterprise", name: "Bench", email: "" } };
}
