// Operations whose time must not grow with the stored data: the last page of a long conversation, a restore and a fork
// of many files.
import { sql } from "drizzle-orm";
import { newId } from "../worker/contract/index.ts";
import { cursorOf } from "../worker/database/index.ts";
import { applyBatch, forkProject, listMessages, restoreRevision } from "../worker/projects/index.ts";
import { sourceFiles } from "./batch-strategies.ts";
import { median, ms, ratio, timed } from "./figures.ts";
import type { BenchDatabase } from "./setup-database.ts";

const messages = 100_000;
const pageSize = 50;
const rounds = 15;
const files = 2_000;

/** Prints the table of operations whose time must not grow. */
export async function benchLists(bench: BenchDatabase): Promise<void> {
  console.log(`\n| what | median | beside |`);
  console.log("| --- | ---: | ---: |");
  await pages(bench);
  await restoreAndFork(bench);
}

async function pages({ context, newProject }: BenchDatabase): Promise<void> {
  const projectId = await newProject();
  await context.database.execute(sql`
    INSERT INTO message (id, project_id, role, content)
    SELECT 'msg_' || lpad(n::text, 26, '0'), ${projectId}, 'user', '[{"type":"text","text":"hello"}]'::jsonb
    FROM generate_series(1, ${messages}) AS n`);
  await context.database.execute(sql`ANALYZE message`);
  const read = (after: string | null) => () =>
    listMessages(context, { projectId, page: { limit: pageSize, after }, order: "asc" });
  const last = `msg_${String((messages / 100 - 1) * pageSize).padStart(26, "0")}`;
  const [first, late]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    first.push(await timed(read(null)));
    late.push(await timed(read(last)));
  }
  const [one, other] = [median(first.slice(2)), median(late.slice(2))];
  console.log(`| page 1 of ${messages} messages | ${ms(one)} | |`);
  console.log(`| page 1,000 | ${ms(other)} | ${ratio(other / one)} of page 1 |`);
  // The cursor that a client sends for that page.
  if (cursorOf("messages", last).length > 100) throw new Error("a cursor is longer than it should be");
}

async function restoreAndFork({ context, newProject, gateway }: BenchDatabase): Promise<void> {
  const projectId = await newProject();
  const all = sourceFiles(files);
  for (let from = 0; from < files; from += 1_000) {
    const operations = all.slice(from, from + 1_000).map((one) => ({ op: "create" as const, ...one }));
    await applyBatch(context, { projectId, opId: newId("operation"), input: { operations } });
  }
  const requestsOf = async (work: () => Promise<unknown>) => {
    const before = gateway.counters.requests;
    const elapsed = await timed(work);
    return { elapsed, requests: gateway.counters.requests - before };
  };
  const deleted = await requestsOf(() => restoreRevision(context, { projectId, number: "0" }));
  const restored = await requestsOf(() => restoreRevision(context, { projectId, number: "2" }));
  const forked = await requestsOf(() => forkProject(context, { id: projectId }));
  console.log(
    `| restore of an empty tree over ${files} files | ${ms(deleted.elapsed)} | ${deleted.requests} request |`,
  );
  console.log(`| restore of ${files} files | ${ms(restored.elapsed)} | ${restored.requests} request |`);
  console.log(`| fork of ${files} files | ${ms(forked.elapsed)} | ${forked.requests} request |`);
}
