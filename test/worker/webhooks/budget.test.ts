import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { event, reservation, spending, user } from "../../../drizzle/schema/index.ts";
import { settleStatement } from "../../../worker/billing/reservations.ts";
import { newId, noUsage } from "../../../worker/contract/index.ts";
import { commit } from "../../../worker/database/index.ts";
import { budgetOutbox } from "../../../worker/webhooks/index.ts";
import { type Stage, startStage } from "./stage.ts";

const day = "2026-11-27";
const planMicroUsd = 1_000;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

/** Creates an account with spending on the day. */
async function spender(spent = 0): Promise<string> {
  const ownerId = await stage.newOwner();
  await stage.database.insert(spending).values({ ownerId, day, spent });
  return ownerId;
}

async function spend(ownerId: string, microUsd: number): Promise<void> {
  const id = newId("operation");
  const about = { ownerId, day, projectId: "", agent: "router", model: "claude-haiku-5-5" };
  await stage.database.insert(reservation).values({ ...about, id, kind: "call", microUsd: 0 });
  const usage = { ...noUsage, microUsd };
  const statements = [
    settleStatement(stage.database, id, { ...about, usage }),
    budgetOutbox(stage.database, { ownerId, day, planMicroUsd }),
  ];
  await commit(stage.database, { opId: newId("operation"), kind: "test", statements });
}

const told = async (ownerId: string): Promise<unknown[]> => {
  const rows = await stage.database
    .select({ data: event.data })
    .from(event)
    .where(and(eq(event.ownerId, ownerId), eq(event.type, "budget.threshold")))
    .orderBy(sql`(data ->> 'spentMicroUsd')::bigint`);
  return rows.map(({ data }) => data);
};

const setBudget = (ownerId: string, dailyMicroUsd: number) =>
  stage.database.update(user).set({ dailyMicroUsd }).where(eq(user.id, ownerId));

describe("the budget event", () => {
  it("The budget event is emitted once at 80 percent and once at 100 percent", async () => {
    const ownerId = await spender();
    for (const microUsd of [799, 1, 100, 99, 1, 500]) await spend(ownerId, microUsd);
    expect(await told(ownerId)).toEqual([
      { day, percent: 80, spentMicroUsd: 800, dailyMicroUsd: 1_000 },
      { day, percent: 100, spentMicroUsd: 1_000, dailyMicroUsd: 1_000 },
    ]);
  });

  it("The budget event is emitted once when one charge passes both thresholds", async () => {
    const ownerId = await spender();
    await spend(ownerId, 1_200);
    expect(await told(ownerId)).toMatchObject([{ percent: 100, spentMicroUsd: 1_200 }]);
  });

  it("The budget event uses the account's own budget, and is emitted again after that was raised", async () => {
    const ownerId = await spender();
    await setBudget(ownerId, 100);
    await spend(ownerId, 90);
    await setBudget(ownerId, 200);
    await spend(ownerId, 10);
    await spend(ownerId, 60);
    expect(await told(ownerId)).toMatchObject([
      { percent: 80, spentMicroUsd: 90, dailyMicroUsd: 100 },
      { percent: 80, spentMicroUsd: 160, dailyMicroUsd: 200 },
    ]);
  });

  it("The budget event is not emitted before any spending, even with a budget of zero", async () => {
    const ownerId = await spender();
    await setBudget(ownerId, 0);
    await spend(ownerId, 0);
    expect(await told(ownerId)).toEqual([]);
  });

  it("The budget event is emitted once for concurrent charges", async () => {
    const ownerId = await spender();
    await Promise.all(Array.from({ length: 20 }, () => spend(ownerId, 50)));
    expect((await told(ownerId)).map((data) => Object(data).percent)).toEqual([80, 100]);
  });
});
