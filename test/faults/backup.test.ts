// The drill of docs/runbook.md: a backup during writes, the loss of the whole database, and a restore into a new one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUp } from "../../dev/backup/back-up.ts";
import { restore } from "../../dev/backup/restore.ts";
import { batchResult, project } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import type { Acknowledged } from "./history.ts";
import { checkHistory } from "./history-checker.ts";
import { roundsOf } from "./random.ts";
import { openReader } from "./reader.ts";

const WRITERS = 4;
const BATCHES_BEFORE = roundsOf(10);

const folder = mkdtempSync(join(tmpdir(), "edgesmith-drill-"));
let testStack: TestStack;
let caller: Caller;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await testStack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes one file after another, a revision each. */
function startWriter(projectId: string, writer: number) {
  const written: Acknowledged[] = [];
  let isOver = false;
  const ended = (async () => {
    while (!isOver) {
      const message = `batch ${written.length} of writer ${writer}`;
      const operations = [{ op: "create" as const, path: `${writer}/file-${written.length}.txt`, content: message }];
      const sent = { body: { operations, message } };
      const result = await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, sent);
      written.push({ opId: "", message, operations, isMerge: false, ...result });
    }
  })();
  return {
    written,
    stop: async () => {
      isOver = true;
      await ended;
    },
  };
}

async function administer(...statements: string[]): Promise<void> {
  const url = new URL(testStack.stack.databaseUrl);
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Adds the ids that the database gave to acknowledged batches. */
async function withIds(written: Acknowledged[]): Promise<Acknowledged[]> {
  const reader = openReader(testStack.stack.databaseUrl);
  const rows = await reader.rows<{ op_id: string; message: string }>("SELECT op_id, message FROM revision");
  await reader.close();
  const ids = new Map(rows.map((row) => [row.message, row.op_id]));
  return written.map((batch) => ({ ...batch, opId: ids.get(batch.message) ?? "" }));
}

it("After the loss of the database, a backup made during writes restores every batch acknowledged before it", async () => {
  const projectId = await newProject(caller);
  const writers = Array.from({ length: WRITERS }, (_, writer) => startWriter(projectId, writer));
  await until("that every writer has written", 60_000, async () =>
    writers.every(({ written }) => written.length >= BATCHES_BEFORE),
  );
  const acknowledgedBefore = writers.flatMap(({ written }) => written).length;
  const began = performance.now();
  const { tables } = await backUp(testStack.stack.databaseUrl, join(folder, "backup"));
  const backedUpAfter = performance.now() - began;
  await Promise.all(writers.map((writer) => writer.stop()));
  const written = await withIds(writers.flatMap((writer) => writer.written));
  expect(written.length).toBeGreaterThan(acknowledgedBefore);

  const name = new URL(testStack.stack.databaseUrl).pathname.slice(1);
  await administer(`DROP DATABASE ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`);
  const restoring = performance.now();
  await restore(join(folder, "backup"), testStack.stack.databaseUrl);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(
    `${rows} rows: backup ${Math.round(backedUpAfter)} ms, restore ${Math.round(performance.now() - restoring)} ms`,
  );

  await until("that the API responds from the new database", 60_000, async () =>
    caller.request("/v1/projects").then(({ status }) => status === 200),
  );
  const { head } = await caller.expect(project, 200, `/v1/projects/${projectId}`);
  expect(head).toBeGreaterThanOrEqual(acknowledgedBefore);
  const acknowledged = written.filter(({ revision }) => revision <= head);
  const findings = await checkHistory(testStack.stack.databaseUrl, projectId, { acknowledged, refused: [] });
  expect(findings).toEqual([]);
  const operations = [{ op: "create", path: "after.txt", content: "written after the restore" }];
  const next = await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  expect(next.revision).toBe(head + 1);
});
