// Removes the safeguards of file batches one at a time; the checker must detect each removal. With none removed, the
// same batches under the same faults pass.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fault, Mutation } from "../../dev/neon-gateway.ts";
import { newId } from "../../worker/contract/index.ts";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { anyRequestFails } from "./gateway-faults.ts";
import { type Broken, checkHistory } from "./history-checker.ts";
import { randomOf, seedOf } from "./random.ts";
import { newLog } from "./send-batch.ts";
import { withoutRowLock } from "./without-row-lock.ts";

type Rewrite = NonNullable<Mutation["rewrite"]>;

let stage: FilesStage;

beforeEach(async () => {
  stage = await openFilesStage({ durable: false });
});

afterEach(() => stage.close());

/**
 * Sends 120 batches by eight writers under faults, with one safeguard removed.
 * @returns the invariants that were violated
 */
async function brokenWithout(what: string, mutation?: Mutation, faults = anyRequestFails(1 / 3)) {
  const { gateway, context } = stage;
  const random = randomOf(seedOf(what));
  const projectId = await stage.newProject();
  const log = newLog();
  gateway.faults.random = random.next;
  gateway.faults.list = faults;
  gateway.faults.mutation = mutation;
  await writeTogether({ context, projectId, random, log }, { writers: 8, total: 120 });
  const findings = await checkHistory(stage.url, projectId, log);
  for (const { broken, detail } of findings.slice(0, 3)) console.log(`without ${what}: ${broken}: ${detail}`);
  return { broken: new Set<Broken>(findings.map(({ broken }) => broken)), unexpected: log.unexpected };
}

const isBegin = (query: string | undefined): boolean => query?.startsWith('insert into "operation"') === true;

/** Retries a batch under fresh ids, including the event's, as a naive retry would. */
function withFreshIds(): Rewrite {
  const known = new Set<string>();
  return (statements) => {
    const [begin] = statements;
    const opId = begin?.params[0];
    if (!isBegin(begin?.query) || typeof opId !== "string") return statements;
    if (!known.has(opId)) {
      known.add(opId);
      return statements;
    }
    const fresh = newId("operation");
    const renamed = (param: string | null) =>
      param?.replaceAll(opId, fresh).replace(/evt_[0-9a-z]{26}/, () => newId("event")) ?? null;
    return statements.map(({ query, params }) => ({ query, params: params.map(renamed) }));
  };
}

/** Drops the batch's expected revision before it reaches the database. */
const withoutExpectedRevision: Rewrite = (statements) =>
  statements.map(({ query, params }) => ({
    query,
    params: params.map((param) => param?.replace(/"expectedRevision":\d+,/, "") ?? null),
  }));

it("the history checker finds nothing when no defence is removed", async () => {
  const { broken, unexpected } = await brokenWithout("nothing");
  expect(unexpected).toEqual([]);
  expect(broken).toEqual(new Set());
});

it("the history checker finds batches applied twice without the operation's id", async () => {
  const lostAnswers: Fault[] = [{ at: "after-commit", probability: 1 / 2, matching: "apply_batch" }];
  const { broken } = await brokenWithout("the operation's id", { rewrite: withFreshIds() }, lostAnswers);
  expect(broken).toContain("exactly once");
});

it("the history checker finds lost updates without the expectedRevision guard", async () => {
  const { broken } = await brokenWithout("the expected revision", { rewrite: withoutExpectedRevision });
  expect(broken).toContain("no lost update");
});

it("The history checker finds operations without a revision when their transaction is removed", async () => {
  const { broken } = await brokenWithout("the transaction", { isWithoutTransaction: true });
  expect(broken).toContain("all or nothing");
});

it("the history checker finds writers refused by a primary key when the lock on the project's row is missing", async () => {
  await withoutRowLock(stage.url);
  const { unexpected } = await brokenWithout("the row lock");
  expect(unexpected).not.toEqual([]);
});
