import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations } from "../../../dev/migrate.ts";
import { type Fault, type NeonGateway, startNeonGateway } from "../../../dev/neon-gateway.ts";
import { startPostgres } from "../../../dev/postgres.ts";
import { user } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import {
  commit,
  commitStatement,
  connect,
  type Database,
  executeIdempotent,
  executeIdempotentBatch,
} from "../../../worker/database/index.ts";
import { isAppError } from "../../../worker/errors.ts";

// Tests commit() against a database that fails on purpose: at each stage of a request and with each visible symptom.

let gateway: NeonGateway;
let database: Database;
let ownerId: string;
const closing: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-commit-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const url = await postgres.createDatabase("edgesmith");
  await applyMigrations(url);
  gateway = await startNeonGateway({ connectionString: url });
  database = connect({ url, fetchEndpoint: gateway.url });
  ownerId = newId("user");
  await database.insert(user).values({ id: ownerId, name: "Ada", email: "ada@example.com" });
  closing.push(
    () => gateway.close(),
    () => postgres.stop(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
}, 60_000);

afterAll(async () => {
  for (const close of closing) await close();
});

afterEach(() => {
  gateway.faults.list = [];
});

const fail = (...faults: Fault[]) => {
  gateway.faults.list = faults;
};

const increment = (id: string) =>
  database
    .update(user)
    .set({ dailyMicroUsd: sql`${user.dailyMicroUsd} + 1` })
    .where(eq(user.id, id));

/** Increments an account's budget, by a list of statements or by one; a second application would show in the value. */
const ways = {
  list: (id: string, opId: string) =>
    commit(database, { opId, kind: "test", result: { added: 1 }, statements: [increment(id)] }),
  alone: (id: string, opId: string) =>
    commitStatement(database, {
      opId,
      statement: database.execute(sql`
        WITH begun AS (
          INSERT INTO "operation" (op_id, kind, result) VALUES (${opId}, 'test', '{"added":1}') RETURNING result
        ), added AS (UPDATE "user" SET daily_micro_usd = daily_micro_usd + 1 FROM begun WHERE id = ${id})
        SELECT result FROM begun`),
    }),
};

async function counter(way: keyof typeof ways = "list"): Promise<{
  id: string;
  addOne: (opId?: string) => ReturnType<typeof commit>;
  value: () => Promise<number>;
}> {
  const id = newId("user");
  await database.insert(user).values({ id, name: "Counter", email: `${id}@example.com`, dailyMicroUsd: 0 });
  return {
    id,
    addOne: (opId = newId("operation")) => ways[way](id, opId),
    async value() {
      const [row] = await database.select({ value: user.dailyMicroUsd }).from(user).where(eq(user.id, id));
      return row?.value ?? -1;
    },
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (isAppError(error) ? error.code : `unknown: ${String(error)}`),
  );

describe.each(["list", "alone"] as const)("a commit (%s)", (way) => {
  it("A commit (%s) is one request", async () => {
    const { addOne, value } = await counter(way);
    const before = gateway.counters.requests;
    expect(await addOne()).toEqual({ result: { added: 1 }, replayed: false });
    expect(gateway.counters.requests - before).toBe(1);
    expect(await value()).toBe(1);
  });

  it("A commit retried with its operation id changes nothing and returns the stored result", async () => {
    const { addOne, value } = await counter(way);
    const opId = newId("operation");
    await addOne(opId);
    expect(await addOne(opId)).toEqual({ result: { added: 1 }, replayed: true });
    expect(await value()).toBe(1);
  });

  it.each(["drop", "lost-answer", "unavailable"] as const)(
    "A commit whose response is lost after COMMIT (%s) is applied once",
    async (kind) => {
      const { addOne, value } = await counter(way);
      fail({ at: "after-commit", kind, times: 1 });
      expect(await addOne()).toEqual({ result: { added: 1 }, replayed: true });
      expect(await value()).toBe(1);
    },
  );

  it.each([
    ["before-begin", "drop"],
    ["before-begin", "unavailable"],
    ["before-begin", "lost-answer"],
    ["middle", "drop"],
    ["middle", "lost-answer"],
    ["before-commit", "drop"],
    ["before-commit", "lost-answer"],
  ] as const)("A commit that fails %s (%s) is retried until it succeeds", async (at, kind) => {
    const { addOne, value } = await counter(way);
    fail({ at, kind, times: 3 });
    expect(await addOne()).toEqual({ result: { added: 1 }, replayed: false });
    expect(await value()).toBe(1);
  });

  it("A commit is applied once under random faults, with many at a time", async () => {
    const { addOne, value } = await counter(way);
    const points = ["before-begin", "middle", "before-commit", "after-commit"] as const;
    fail(...points.map((at) => ({ at, kind: "drop" as const, probability: 0.15 })));
    const all = await Promise.all(Array.from({ length: 40 }, () => addOne()));
    fail();
    expect(all.every(({ result }) => JSON.stringify(result) === '{"added":1}')).toBe(true);
    expect(await value()).toBe(40);
  }, 60_000);

  it("A commit without any response ends with outcome_unknown", async () => {
    const { addOne, value } = await counter(way);
    fail({ at: "after-commit", kind: "drop", matching: '"operation"' });
    const opId = newId("operation");
    const lost = addOne(opId);
    // The stored result cannot be read either: every request that names the operation is cut off.
    expect(["outcome_unknown", "dependency_down"]).toContain(await codeOf(lost));
    fail();
    expect(await addOne(opId)).toEqual({ result: { added: 1 }, replayed: true });
    expect(await value()).toBe(1);
  }, 30_000);

  it("A commit against an unreachable database ends with an unknown outcome after at most nine seconds", async () => {
    const { addOne, value } = await counter(way);
    fail({ at: "before-begin", kind: "drop" });
    const from = Date.now();
    expect(await codeOf(addOne())).toBe("outcome_unknown");
    expect(Date.now() - from).toBeLessThan(11_000);
    fail();
    expect(await value()).toBe(0);
  }, 30_000);
});

describe("a commit", () => {
  it("A commit that is rolled back by a guard throws the guard's error, and stores nothing, not even its id", async () => {
    const { addOne, value, id } = await counter();
    const opId = newId("operation");
    const again = commit(database, {
      opId,
      kind: "test",
      statements: [
        increment(id),
        database.execute(sql`SELECT lock_project(${JSON.stringify({ projectId: "prj_none", ownerId })}::jsonb)`),
      ],
    });
    expect(await codeOf(again)).toBe("not_found");
    expect(await value()).toBe(0);
    expect(await addOne(opId)).toMatchObject({ replayed: false });
  });
});

describe("a read", () => {
  const one = () => executeIdempotent(database.select({ id: user.id }).from(user).where(eq(user.id, ownerId)));

  it("A read is retried once without a response, and then throws dependency_down", async () => {
    fail({ at: "before-begin", kind: "drop", times: 1 });
    expect(await one()).toEqual([{ id: ownerId }]);
    fail({ at: "before-begin", kind: "drop", times: 2 });
    expect(await codeOf(one())).toBe("dependency_down");
    fail({ at: "before-begin", kind: "unavailable", times: 2 });
    expect(await codeOf(executeIdempotentBatch(database, [database.select().from(user)]))).toBe("dependency_down");
  });

  it("A read that fails with a database error throws that error", async () => {
    expect(await codeOf(executeIdempotent(database.execute(sql`SELECT nonsense`)))).toMatch(/^unknown: /);
  });
});
