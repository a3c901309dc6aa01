// The drill of docs/runbook.md: a backup during writes, the loss of the whole database, and a restore into a new
// database. Repeats it for the apps' files, with the commands killed halfway.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUp } from "../../dev/backup/back-up.ts";
import { openBucket } from "../../dev/backup/objects/bucket.ts";
import { compareObjects } from "../../dev/backup/objects/compare-objects.ts";
import { readCopied, readObjectsManifest } from "../../dev/backup/objects/folder.ts";
import { restore } from "../../dev/backup/restore.ts";
import { batchResult, project } from "../../worker/contract/index.ts";
import { listOf, openTestBuckets } from "../stage/bucket.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import type { Acknowledged } from "./history.ts";
import { checkHistory } from "./history-checker.ts";
import { startKillingProxy } from "./killing-proxy.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";
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

/** Writes one file after another, each as its own revision. */
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

/** Adds the ids that the database assigned to acknowledged batches. */
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

const FILES = roundsOf(60);
const MAX_FILE_BYTES = 200_000;

/** Runs a command of this repository. Resolves to its exit code, or to null if it was killed. */
function runCommand(command: "backup" | "restore", target: string, environment: Record<string, string>) {
  const script = join(import.meta.dirname, `../../dev/${command}.ts`);
  const child = spawn(process.execPath, [script, target], { env: { ...process.env, ...environment }, stdio: "pipe" });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
  return { kill: () => child.kill("SIGKILL"), ended };
}

it("After the loss of the bucket, a backup and a restore that were both killed half-way bring back every file of the apps", async () => {
  const random = randomOf(seedOf("backup of files"));
  const buckets = await openTestBuckets(["files", "restored"]);
  const proxy = await startKillingProxy(buckets.address("files").endpoint, (path) => !path.includes("?"));
  try {
    const source = await buckets.bound("files");
    for (let index = 0; index < FILES; index += 1) {
      const options = { httpMetadata: { contentType: "image/png" }, customMetadata: { index: String(index) } };
      const bytes = randomBytes(random.whole(0, MAX_FILE_BYTES));
      await source.put(`prj_${random.whole(1, 5)}/preview/${index}.png`, bytes, options);
    }
    const { accessKeyId, secretAccessKey } = buckets.address("files");
    const withBucket = (bucket: string, database: string) => ({
      DATABASE_URL: database,
      R2_ENDPOINT: proxy.url,
      R2_BUCKET: bucket,
      R2_ACCESS_KEY_ID: accessKeyId,
      R2_SECRET_ACCESS_KEY: secretAccessKey,
    });
    const killed = async (command: "backup" | "restore", environment: Record<string, string>) => {
      const process = runCommand(command, target, environment);
      proxy.killAt(random.whole(2, FILES - 1), process.kill);
      expect(await process.ended).toMatchObject({ code: null });
    };
    const target = join(folder, "with-files");
    const backup = withBucket("files", testStack.stack.databaseUrl);
    await killed("backup", backup);
    expect(() => readObjectsManifest(target)).toThrow("are not complete");
    expect(await runCommand("backup", target, backup).ended).toMatchObject({ code: 0 });
    expect(readObjectsManifest(target)).toMatchObject({ objects: FILES, skipped: 0 });

    const name = `restored_${crypto.randomUUID().slice(0, 8)}`;
    await administer(`CREATE DATABASE ${name}`);
    const restoring = withBucket(
      "restored",
      Object.assign(new URL(testStack.stack.databaseUrl), { pathname: `/${name}` }).href,
    );
    await killed("restore", restoring);
    expect(await runCommand("restore", target, restoring).ended).toMatchObject({ code: 0 });
    const findings = await listOf(compareObjects(readCopied(target), openBucket(buckets.address("restored"))));
    expect(findings).toEqual([]);
    const restored = await buckets.bound("restored");
    for await (const { key, sha256 } of readCopied(target)) {
      const [before, after] = [await source.get(key), await restored.get(key)];
      expect(after?.customMetadata, key).toEqual(before?.customMetadata);
      expect(after?.httpMetadata, key).toEqual(before?.httpMetadata);
      expect(sha256Of(Buffer.from((await after?.arrayBuffer()) ?? [])), key).toBe(sha256);
    }
  } finally {
    proxy.close();
    await buckets.close();
  }
});

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
