import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { spending } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { noted, startOf } from "./insert-run.ts";
import { aProject } from "./start.ts";

const dailyMicroUsd = 400;

async function reservedOf(ownerId: string): Promise<number | undefined> {
  const [row] = await database.select().from(spending).where(eq(spending.ownerId, ownerId));
  return row?.reserved;
}

describe("the INSERT of a run", () => {
  it("a repeated INSERT returns the same run, even when it took the last of the budget", async () => {
    const { ada, projectId } = await aProject();
    const start = await startOf(ada, projectId, { reservedMicroUsd: dailyMicroUsd });
    const opId = newId("operation");
    const first = await noted(start, opId, dailyMicroUsd);
    expect(first).toEqual({ result: { runId: start.id }, replayed: false });
    expect(await noted(start, opId, dailyMicroUsd)).toEqual({ result: { runId: start.id }, replayed: true });
    expect(await reservedOf(start.ownerId)).toBe(dailyMicroUsd);
  });

  it("an INSERT beyond the budget is refused and leaves no row, not even its operation's", async () => {
    const { ada, projectId } = await aProject();
    await noted(await startOf(ada, projectId, { reservedMicroUsd: dailyMicroUsd }), newId("operation"), dailyMicroUsd);
    const start = await startOf(ada, projectId, { reservedMicroUsd: 1 });
    const opId = newId("operation");
    await expect(noted(start, opId, dailyMicroUsd)).rejects.toMatchObject({ code: "budget_exceeded" });
    expect((await ada.problem(404, `/v1/runs/${start.id}`)).code).toBe("not_found");
    expect(await reservedOf(start.ownerId)).toBe(dailyMicroUsd);
    // As with the next day's budget.
    expect(await noted(start, opId, dailyMicroUsd + 1)).toMatchObject({ replayed: false });
  });
});
