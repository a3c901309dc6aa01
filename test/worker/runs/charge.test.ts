import { createExecutionContext, env, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import {
  platformSpending,
  project,
  reservation,
  run as runTable,
  spending,
  usage,
  user,
} from "../../../drizzle/schema/index.ts";
import { reserveStatement } from "../../../worker/billing/reservations.ts";
import { configOf } from "../../../worker/config/index.ts";
import { dayOf, type Me, newId, noUsage, type Usage, type UsageReport } from "../../../worker/contract/index.ts";
import { commit } from "../../../worker/database/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { commitEnding, endingOf } from "../../../worker/runs/executor/end-run.ts";
import { database } from "../database/direct.ts";
import type { Account } from "../stage/client.ts";
import { noted, startOf } from "./insert-run.ts";
import { aProject, begin, forEver, script, until } from "./start.ts";

const { SESSIONS } = env as unknown as Env;
const sessionOf = (projectId: string) => SESSIONS.get(SESSIONS.idFromName(projectId));
const config = configOf(env as unknown as Env);
const used: Usage = { inputTokens: 1_000, outputTokens: 20, cacheReadTokens: 3, cacheWriteTokens: 4, microUsd: 250 };

async function sweepNow() {
  const context = createExecutionContext();
  await runCron(env as unknown as Env, context, Date.now());
  await waitOnExecutionContext(context);
}

const todayOf = async (ada: Account): Promise<Usage> => (await ada.expect<Me>(200, "/v1/me")).usage.today;
const reportOf = async (ada: Account) => (await ada.expect<UsageReport>(200, "/v1/usage")).total;

async function moneyOf(ownerId: string) {
  const [row] = await database.select().from(spending).where(eq(spending.ownerId, ownerId));
  return { spent: row?.spent ?? 0, reserved: row?.reserved ?? 0 };
}

/**
 * A run with one step that was charged, whose next answer hangs after the model's server has reported the prompt's
 * tokens.
 * @param lost the usage of an answer whose process was killed
 */
async function hangingRun(lost: Usage = noUsage) {
  const { ada, projectId } = await aProject();
  const budget = { microUsd: 1_000 };
  const start = await startOf(ada, projectId, { reservedMicroUsd: 1_000, prompt: forEver, budget });
  await noted(start);
  await runInDurableObject(sessionOf(projectId), (_, { storage }) => {
    const turn = { usage: used, head: 0, content: [], stopReason: "tool_use" };
    storage.sql.exec("INSERT INTO step (run_id, step, turn) VALUES (?, 1, ?)", start.id, JSON.stringify(turn));
    const data = JSON.stringify(lost);
    storage.sql.exec("INSERT INTO call (run_id, usage, is_lost) VALUES (?, ?, 0)", start.id, data);
  });
  await sessionOf(projectId).enqueue(start, []);
  await until(ada, start.id, "running");
  // Until the server reports the prompt's tokens, usage has an estimate, which counts none as written to its cache.
  const known = used.cacheWriteTokens + lost.cacheWriteTokens;
  await expect.poll(async () => (await todayOf(ada)).cacheWriteTokens, { timeout: 10_000 }).toBeGreaterThan(known);
  return { ada, projectId, start, soFar: await todayOf(ada) };
}

describe("the charge of a run", () => {
  it("a run's charge stays in the day's budget and in the usage when its project is deleted during the run", async () => {
    const { ada, projectId, start, soFar } = await hangingRun();
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 0, reserved: 1_000 });
    expect(soFar.inputTokens).toBeGreaterThan(used.inputTokens);
    await ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" });
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
    expect(await todayOf(ada)).toEqual(soFar);
    expect(await reportOf(ada)).toEqual(soFar);
  });

  it("the sweep charges a run whose Session never received its project's deletion", async () => {
    const { ada, projectId, start, soFar } = await hangingRun();
    await database.delete(project).where(eq(project.id, projectId));
    // The state between the deletion and the call to the Session: nothing has charged the run yet.
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 0, reserved: 1_000 });
    expect(await todayOf(ada)).toEqual(soFar);
    await database.update(reservation).set({ dueAt: new Date() }).where(eq(reservation.id, start.id));
    await sweepNow();
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
    expect(await reportOf(ada)).toEqual(soFar);
    await sweepNow();
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
  });

  it("a run's charge outlives its account in the platform's day and in the report, while the account's rows are deleted", async () => {
    const { projectId, start, soFar } = await hangingRun();
    await database.delete(user).where(eq(user.id, start.ownerId));
    expect(await database.select().from(runTable).where(eq(runTable.projectId, projectId))).toEqual([]);
    await database.update(reservation).set({ dueAt: new Date() }).where(eq(reservation.id, start.id));
    await sweepNow();
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
    const rows = await database.select().from(usage).where(eq(usage.ownerId, start.ownerId));
    expect(rows).toMatchObject([{ projectId, ...soFar }]);
  });

  it("a run charges nothing and releases its reservation when its project is deleted before the Session receives it", async () => {
    const { ada, projectId } = await aProject();
    const start = await startOf(ada, projectId, { reservedMicroUsd: 1_000 });
    await noted(start);
    await database.delete(project).where(eq(project.id, projectId));
    await database.update(reservation).set({ dueAt: new Date() }).where(eq(reservation.id, start.id));
    await sweepNow();
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 0, reserved: 0 });
    // A late dispatch starts nothing.
    expect(await sessionOf(projectId).enqueue(start, [])).toBeNull();
  });

  it("a run is charged with its end when its project is deleted while the end is committed", async () => {
    const { ada, projectId, start } = await hangingRun();
    const record = {
      id: start.id,
      start,
      status: "running" as const,
      question: null,
      ending: null,
      lastSeq: 5,
      startedAt: 1,
      endedAt: null,
    };
    await database.delete(project).where(eq(project.id, projectId));
    const ending = endingOf(record, {
      status: "completed",
      usage: used,
      outcome: { revision: null, paths: [], text: "" },
    });
    await commitEnding({ config, database }, record, ending, { steps: [], images: [], lastSeq: 6 });
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
    expect(await reportOf(ada)).toEqual(used);
  });

  it("a run is charged for the part of an answer that was streamed before its process was killed", async () => {
    const lost = { ...noUsage, inputTokens: 500, outputTokens: 7, microUsd: 90 };
    const { ada, start, soFar } = await hangingRun(lost);
    expect(soFar.inputTokens).toBeGreaterThan(used.inputTokens + lost.inputTokens);
    await ada.expect(200, `/v1/runs/${start.id}/cancel`, { method: "POST" });
    expect(await moneyOf(start.ownerId)).toEqual({ spent: 340, reserved: 0 });
    expect((await todayOf(ada)).inputTokens).toBeGreaterThanOrEqual(1_500);
  });

  it("usage.today includes a streaming answer before its step is stored", async () => {
    const { ada, projectId } = await aProject();
    const slow = script({ text: "many words ".repeat(200), paceMs: 50 });
    const run = await begin(ada, projectId, slow);
    await expect.poll(async () => (await todayOf(ada)).outputTokens, { timeout: 15_000 }).toBeGreaterThan(0);
    expect((await todayOf(ada)).inputTokens).toBeGreaterThan(0);
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
    await ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" });
    expect((await todayOf(ada)).outputTokens).toBeGreaterThan(0);
  });

  it("a run ends and is charged when the database refuses its conversation", async () => {
    const { ada, projectId, start } = await hangingRun();
    await database.execute(`CREATE OR REPLACE FUNCTION refuse_${start.id.replaceAll(/\W/g, "")}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.run_id = '${start.id}' THEN RAISE EXCEPTION 'unsupported' USING ERRCODE = '22P05'; END IF; RETURN NEW; END $$`);
    const trigger = `refuse_${start.id.replaceAll(/\W/g, "")}`;
    await database.execute(
      `CREATE TRIGGER ${trigger} BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION ${trigger}()`,
    );
    try {
      await ada.expect(200, `/v1/runs/${start.id}/cancel`, { method: "POST" });
      await until(ada, start.id, "cancelled");
      expect(await moneyOf(start.ownerId)).toEqual({ spent: 250, reserved: 0 });
      const rows = await database.select().from(runTable).where(eq(runTable.id, start.id));
      expect(rows).toMatchObject([{ projectId, status: "cancelled", microUsd: 250 }]);
    } finally {
      await database.execute(`DROP TRIGGER ${trigger} ON message`);
    }
  });
});

describe("a model call outside of runs", () => {
  it("a model call outside of runs is charged its whole reservation when nothing reports its cost", async () => {
    const { ada } = await aProject();
    const { id: ownerId } = await ada.expect<Me>(200, "/v1/me");
    const id = newId("operation");
    const day = dayOf(Date.now());
    const about = { id, ownerId, projectId: "", day, microUsd: 700, agent: "router", model: "claude-haiku-5-5" };
    const ceilings = { planMicroUsd: 1_000, platformMicroUsd: 100_000_000 };
    const statements = [reserveStatement(database, about, ceilings)];
    await commit(database, { opId: newId("operation"), kind: "test", statements });
    await sweepNow();
    expect(await moneyOf(ownerId)).toEqual({ spent: 0, reserved: 700 });
    await database.update(reservation).set({ dueAt: new Date() }).where(eq(reservation.id, id));
    await sweepNow();
    expect(await moneyOf(ownerId)).toEqual({ spent: 700, reserved: 0 });
    const rows = await database
      .select()
      .from(usage)
      .where(and(eq(usage.ownerId, ownerId), eq(usage.agent, "router")));
    expect(rows).toMatchObject([{ microUsd: 700, model: "claude-haiku-5-5" }]);
  });
});

describe("the platform's day", () => {
  it("the platform's day sums what every account has reserved and spent", async () => {
    const day = "2027-01-01";
    const money = async () => (await database.select().from(platformSpending).where(eq(platformSpending.day, day)))[0];
    const [one, other] = [await aProject(), await aProject()];
    const starts = [
      await startOf(one.ada, one.projectId, { reservedMicroUsd: 300, day }),
      await startOf(other.ada, other.projectId, { reservedMicroUsd: 400, day }),
    ];
    for (const start of starts) await noted(start);
    expect(await money()).toMatchObject({ spent: 0, reserved: 700 });
    for (const start of starts) {
      await database.execute(
        `SELECT settle_reservation('${start.id}', '${JSON.stringify({ ...used, day, agent: "a", model: "m" })}'::jsonb)`,
      );
    }
    expect(await money()).toMatchObject({ spent: 500, reserved: 0 });
  });
});
