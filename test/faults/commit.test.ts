// Sends batches through the API while the database connection fails in every way. No batch is applied partially or
// twice, or lost after it was acknowledged.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { Fault } from "../../dev/neon-gateway.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";

const batches = roundsOf(200);
const writers = 4;

let testStack: TestStack;
let caller: Caller;
let reader: Reader;
let random: Random;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  reader = openReader(testStack.stack.databaseUrl);
  random = randomOf(seedOf("commit"));
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
});

type Sent = { message: string; revision: number | null; attempts: number };

/** Chooses the next fault: usually on a batch's own transaction, sometimes on whichever request comes first. */
function randomFault(): Fault {
  return {
    at: random.pick(["before-begin", "middle", "before-commit", "after-commit"]),
    kind: random.pick(["drop", "lost-answer", "unavailable"]),
    times: random.whole(1, 3),
    ...(random.next() < 0.7 ? { matching: "apply_batch" } : {}),
  };
}

/** Adds a fault and removes the faults that are used up. */
function addFault(): void {
  const { faults } = testStack.stack.gateway;
  faults.list = faults.list.filter(({ times }) => times !== 0);
  if (random.next() < 0.75) faults.list.push(randomFault());
}

const acknowledged = z.object({ revision: z.int() });

/**
 * Sends one batch of three files. With a key it retries until it receives a final response; without one it sends once.
 */
async function send(projectId: string, writer: number, number: number, key: string | null): Promise<Sent> {
  const message = `writer ${writer}, batch ${number}`;
  const operations = [
    { op: "create", path: `w${writer}/${number}/a.txt`, content: `${message}: a` },
    { op: "create", path: `w${writer}/${number}/b.txt`, content: `${message}: b` },
    { op: "write", path: `w${writer}/last.txt`, content: message },
  ];
  const headers: Record<string, string> = key === null ? {} : { "Idempotency-Key": key };
  for (let attempts = 1; ; attempts += 1) {
    const answer = await caller.request(`/v1/projects/${projectId}/batches`, {
      body: { message, operations },
      headers,
    });
    const text = await answer.text();
    if (answer.status === 201) return { message, revision: acknowledged.parse(JSON.parse(text)).revision, attempts };
    const isPassing = answer.status >= 500 || text.includes("idempotency_in_flight");
    if (!isPassing) throw new Error(`${message}: ${answer.status} ${text}`);
    if (key === null) return { message, revision: null, attempts };
    await pause(Number(answer.headers.get("retry-after") ?? 0) * 100);
  }
}

async function write(projectId: string, writer: number, isKeyed: boolean): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (let number = 1; number <= Math.ceil(batches / writers); number += 1) {
    addFault();
    sent.push(await send(projectId, writer, number, isKeyed ? crypto.randomUUID() : null));
  }
  return sent;
}

/** Compares the responses with the tables. */
async function expectKept(projectId: string, sent: Sent[]): Promise<void> {
  const revisions = await reader.revisions(projectId);
  expect(revisions.map(({ number }) => number)).toEqual(revisions.map((_, index) => index + 1));
  expect(await reader.head(projectId)).toBe(revisions.length);
  const messages = revisions.map(({ message }) => message);
  expect(new Set(messages).size, "a batch was applied twice").toBe(messages.length);
  for (const { message, revision } of sent) {
    if (revision !== null) expect(revisions[revision - 1]?.message, "acknowledged and lost").toBe(message);
  }
  for (const { message, created, updated, paths } of revisions) {
    expect(paths, `${message} is partial`).toHaveLength(3);
    expect(created + updated).toBe(3);
  }
  const opIds = revisions.map(({ op_id }) => op_id);
  expect(new Set(opIds).size).toBe(opIds.length);
  expect(await reader.operations(opIds)).toBe(opIds.length);
  expect(await reader.outboxCount(projectId, "revision.created")).toBe(opIds.length);
  await expectTree(projectId, revisions);
}

/** Expects the tree at head to be the result of replaying the history. */
async function expectTree(projectId: string, revisions: Awaited<ReturnType<Reader["revisions"]>>): Promise<void> {
  const newest = new Map(
    revisions.flatMap(({ paths, number, message }) => paths.map((path) => [path, { number, message }])),
  );
  const files = await reader.files(projectId);
  expect(files.map(({ path }) => path)).toEqual([...newest.keys()].sort());
  for (const { path, revision, content } of files) {
    expect(revision).toBe(newest.get(path)?.number);
    expect(content.startsWith(newest.get(path)?.message ?? "?")).toBe(true);
  }
}

it(`${batches} batches of ${writers} writers are complete and applied once, whatever happens to the connection`, async () => {
  const projectId = await newProject(caller);
  const each = await Promise.all(Array.from({ length: writers }, (_, writer) => write(projectId, writer, true)));
  testStack.stack.gateway.faults.list = [];
  const sent = each.flat();
  expect(sent.every(({ revision }) => revision !== null)).toBe(true);
  await expectKept(projectId, sent);
  expect(await reader.head(projectId)).toBe(sent.length);
  const retried = sent.filter(({ attempts }) => attempts > 1).length;
  console.log(
    `${testStack.stack.gateway.counters.faults} faults struck; ${retried} of ${sent.length} batches were sent again`,
  );
});

it("a batch without a key is complete or absent when its response is lost", async () => {
  const projectId = await newProject(caller);
  const sent = await write(projectId, 0, false);
  testStack.stack.gateway.faults.list = [];
  await expectKept(projectId, sent);
  const unanswered = sent.filter(({ revision }) => revision === null).length;
  console.log(`${unanswered} of ${sent.length} batches without a key were not answered for`);
});

it("a batch's outcome is returned on retry when the database was down for longer than a request waits", async () => {
  const projectId = await newProject(caller);
  const key = crypto.randomUUID();
  testStack.stack.gateway.faults.list = [{ at: "after-commit", matching: "apply_batch" }];
  const headers = { "Idempotency-Key": key };
  const body = { operations: [{ op: "create", path: "a.txt", content: "a" }], message: "long" };
  const first = await caller.request(`/v1/projects/${projectId}/batches`, { body, headers });
  testStack.stack.gateway.faults.list = [];
  const second = await caller.request(`/v1/projects/${projectId}/batches`, { body, headers });
  expect(second.status, `${first.status} first`).toBe(201);
  expect(acknowledged.parse(await second.json()).revision).toBe(1);
  expect((await reader.revisions(projectId)).map(({ message }) => message)).toEqual(["long"]);
});
