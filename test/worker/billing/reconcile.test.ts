import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platformSpending, project, reservation, run, spending, usage } from "../../../drizzle/schema/index.ts";
import { reconcileSpending, settleStatement } from "../../../worker/billing/index.ts";
import { dayOf, newId, noUsage } from "../../../worker/contract/index.ts";
import { type Stage, startStage } from "../webhooks/stage.ts";

let stage: Stage;
let ownerId: string;
let runId: string;
const day = dayOf(Date.now());
const about = { projectId: "prj_1", agent: "frontend", model: "claude-sonnet-5-5" };

beforeAll(async () => {
  stage = await startStage();
  ownerId = await stage.newOwner();
  runId = newId("run");
  const projectId = newId("project");
  await stage.database.insert(project).values({ id: projectId, ownerId, name: "App", space: projectId });
  const ended = { status: "completed", prompt: "Hello", request: {}, mode: "build", microUsd: 1_234_567 } as const;
  await stage.database.insert(run).values({ id: runId, projectId, ownerId, ...ended });
  await charge(runId, "run", 1_234_567);
  await charge(newId("run"), "call", 1);
  // A run that was charged after its project was deleted has no row.
  await charge(newId("run"), "run", 99);
}, 60_000);
afterAll(() => stage.stop());

async function charge(id: string, kind: "run" | "call", microUsd: number): Promise<void> {
  await stage.database.insert(reservation).values({ ...about, ownerId, day, id, kind, microUsd: 0 });
  const settlement = settleStatement(stage.database, id, { ...about, day, usage: { ...noUsage, microUsd } });
  await stage.database.batch([settlement]);
}

const differences = () => reconcileSpending(stage.database);

describe("the reconciliation of spending", () => {
  it("Usage, runs, accounts' days and the platform's day agree to the micro-dollar", async () => {
    expect(await differences()).toEqual([]);
  });

  it("A repeated settlement charges once", async () => {
    const again = settleStatement(stage.database, runId, { ...about, day, usage: { ...noUsage, microUsd: 1_234_567 } });
    await stage.database.batch([again]);
    expect(await differences()).toEqual([]);
  });

  it("One micro-dollar too much in the usage report is a difference", async () => {
    await stage.database.update(usage).set({ microUsd: sql`micro_usd + 1` }).where(eq(usage.ownerId, ownerId));
    expect(await differences()).toEqual([
      { what: "usage", subject: `${ownerId} ${day}`, booked: 1_234_667, found: 1_234_668 },
    ]);
    await stage.database.update(usage).set({ microUsd: sql`micro_usd - 1` }).where(eq(usage.ownerId, ownerId));
  });

  it("A run with another cost than its charge is a difference", async () => {
    await stage.database.update(run).set({ microUsd: 1_234_566 }).where(eq(run.id, runId));
    expect(await differences()).toEqual([{ what: "run", subject: runId, booked: 1_234_567, found: 1_234_566 }]);
    await stage.database.update(run).set({ microUsd: 1_234_567 }).where(eq(run.id, runId));
  });

  it("An account's day that lost money is a difference of the account and of the platform", async () => {
    await stage.database.update(spending).set({ spent: sql`spent - 1` }).where(eq(spending.ownerId, ownerId));
    expect((await differences()).map(({ what }) => what)).toEqual(["platform", "spending"]);
    await stage.database.update(spending).set({ spent: sql`spent + 1` }).where(eq(spending.ownerId, ownerId));
    await stage.database.delete(platformSpending);
    expect((await differences()).map(({ what }) => what)).toEqual(["platform"]);
  });
});
