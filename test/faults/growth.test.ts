// Ten thousand operations of one account: the plan's storage and the retention bound the rows that they leave behind.
import { afterAll, beforeAll, expect, it } from "vitest";
import { me } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { roundsOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";

const operations = roundsOf(10_000);
const writers = 8;
const fileBytes = 40_000;

let testStack: TestStack;
let reader: Reader;
let caller: Caller;
let person: Caller;

beforeAll(async () => {
  testStack = await openTestStack();
  reader = openReader(testStack.stack.databaseUrl);
  caller = await newCaller(testStack.stack);
  const { appUrl, port } = testStack.stack;
  person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
});

const account = () => person.expect(me, 200, "/v1/me");
const blobBytes = () => reader.count("SELECT coalesce(sum(bytes), 0) AS count FROM blob");

/**
 * Replaces one file's content by a batch with a key of its own.
 * @returns the response's status
 */
async function replace(projectId: string, content: string): Promise<number> {
  const body = { operations: [{ op: "write", path: "a.txt", content }] };
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const answer = await caller.request(`/v1/projects/${projectId}/batches`, { body, headers });
  await answer.arrayBuffer();
  return answer.status;
}

it(`${operations} operations stay within the plan's storage when the tree stays small`, async () => {
  const { limits } = await account();
  const projectId = await newProject(caller);
  const statuses = new Map<number, number>();
  let number = 0;
  const write = async () => {
    while (number < operations) {
      number += 1;
      const status = await replace(projectId, `${number} `.padEnd(fileBytes, "x"));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  console.log([...statuses].map(([status, often]) => `${status}: ${often}`).join(", "));
  expect([...statuses.keys()].filter((status) => status !== 201 && status !== 413)).toEqual([]);
  expect(await blobBytes()).toBeLessThanOrEqual(limits.storedBytes);
  const { usage } = await account();
  expect(usage.storedBytes).toBeLessThanOrEqual(limits.storedBytes);
  expect(usage.storedBytes).toBeGreaterThanOrEqual(await blobBytes());
  const filled = Math.floor(limits.storedBytes / fileBytes);
  if (operations > filled) expect(statuses.get(413)).toBeGreaterThan(0);

  expect(await reader.count("SELECT count(*) FROM event")).toBeGreaterThanOrEqual(statuses.get(201) ?? 0);
  // Simulates that a month and a half has passed.
  for (const table of ["event", "operation", "idempotency"]) {
    await reader.rows(`UPDATE ${table} SET created_at = created_at - interval '45 days'`);
  }
  expect(await testStack.stack.runScheduled()).toBe("ok");
  for (const table of ["event", "operation", "idempotency"]) {
    expect(await reader.count(`SELECT count(*) FROM ${table}`), table).toBe(0);
  }
  const answer = await caller.request(`/v1/projects/${projectId}`, { method: "DELETE" });
  expect(answer.status).toBe(204);
  expect(await blobBytes()).toBe(0);
  expect((await account()).usage).toMatchObject({ projects: 0, storedBytes: 0 });
});
