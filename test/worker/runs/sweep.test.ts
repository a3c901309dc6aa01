import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { blob, idempotency, project, run as runTable, unownedSpace } from "../../../drizzle/schema/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sweepRuns } from "../../../worker/runs/start/sweep-runs.ts";
import { database } from "../database/direct.ts";
import type { Account } from "../stage/client.ts";
import { noted, startOf } from "./insert-run.ts";
import { aProject, begin, forEver, page, until } from "./start.ts";

async function sweepNow() {
  const context = createExecutionContext();
  await runCron(env as unknown as Env, context, Date.now());
  await waitOnExecutionContext(context);
}

/** Inserts a run in Postgres that was never dispatched, some seconds ago. */
async function lostStart(ada: Account, projectId: string, seconds: number): Promise<string> {
  const start = await startOf(ada, projectId, { createdAt: Date.now() - seconds * 1_000 });
  await noted(start);
  return start.id;
}

/** Returns the next time at that minute of an hour. */
function atMinute(minute: number): number {
  const at = new Date(Date.now() + 60_000);
  at.setUTCMinutes(minute);
  return at.getTime() < Date.now() + 60_000 ? at.getTime() + 3_600_000 : at.getTime();
}

describe("a run whose dispatch was lost", () => {
  it("a run whose dispatch was lost is listed as queued, has no events, and begins at the next sweep", async () => {
    const { ada, projectId } = await aProject();
    const id = await lostStart(ada, projectId, 60);
    expect(await ada.expect(200, `/v1/runs/${id}`)).toMatchObject({ status: "queued" });
    expect((await ada.problem(503, `/v1/runs/${id}/events`)).code).toBe("start_lost");
    await sweepNow();
    const run = await until(ada, id, "completed");
    expect(run.lastSeq).toBe((await page(ada, id)).data.length);
    await sweepNow();
    expect(await ada.expect(200, `/v1/runs/${id}`)).toEqual(run);
  });

  it("the sweep leaves young runs alone, whose request may still be in flight", async () => {
    const { ada, projectId } = await aProject();
    const id = await lostStart(ada, projectId, 0);
    await sweepNow();
    expect(await ada.expect(200, `/v1/runs/${id}`)).toMatchObject({ status: "queued" });
  });
});

describe("the sweep", () => {
  it("the sweep dispatches every lost run, however many runs wait before it, and continues after a Session that fails", async () => {
    const { ada, projectId } = await aProject();
    const ids: string[] = [];
    // A day ahead, where no sweep of another test looks.
    const ahead = 86_400;
    for (let number = 0; number < 120; number += 1) {
      // Several runs of the same moment, also across a page's end.
      ids.push(await lostStart(ada, projectId, 200 - 7 * Math.floor(number / 7) - ahead));
    }
    const handed: string[] = [];
    const [failing] = ids;
    // A Session that accepts every run except the oldest, for which it is unreachable.
    const session = {
      describe: async (id: string) => {
        if (id === failing) throw new Error("This object is overloaded.");
        return null;
      },
      enqueue: async ({ id }: { id: string }) => void handed.push(id),
    };
    const sessions = { idFromName: (name: string) => name, get: () => session };
    const withSessions = { SESSIONS: sessions } as unknown as Parameters<typeof sweepRuns>[0];
    const sweeping = sweepRuns(withSessions, configOf(env as unknown as Env), Date.now() + ahead * 1_000);
    await expect(sweeping).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: "This object is overloaded." })],
    });
    const [, ...others] = ids;
    expect(handed).toEqual(expect.arrayContaining(others));
    expect(handed).not.toContain(failing);
    await database.delete(runTable).where(eq(runTable.projectId, projectId));
  });

  it("the sweep continues after a part that fails, and reports the failure", async () => {
    const { ada, projectId } = await aProject();
    await lostStart(ada, projectId, 60);
    const key = crypto.randomUUID();
    await ada.expect(201, "/v1/projects", { body: { name: "Keyed" }, headers: { "Idempotency-Key": key } });
    const keys = () => database.select().from(idempotency).where(eq(idempotency.key, key));
    await database
      .update(idempotency)
      .set({ createdAt: new Date(Date.now() - 25 * 3_600_000) })
      .where(eq(idempotency.key, key));
    const { SESSIONS } = env as unknown as Env;
    const overloaded = { describe: () => Promise.reject(new Error("This object is overloaded.")) };
    const sessions = {
      idFromName: (name: string) => name,
      // Runs of other tests may be due too: their Sessions answer.
      get: (name: string) => (name === projectId ? overloaded : SESSIONS.get(SESSIONS.idFromName(name))),
    };
    const broken = { ...(env as unknown as Env), SESSIONS: sessions as unknown as Env["SESSIONS"] };
    await expect(runCron(broken, createExecutionContext(), Date.now())).rejects.toMatchObject({
      errors: [{ cause: { message: "This object is overloaded." } }],
    });
    expect(await keys()).toEqual([]);
    await database.delete(runTable).where(eq(runTable.projectId, projectId));
  });

  it("the sweep checks a run that is older than an hour hourly, so that a waiting run costs nothing", async () => {
    const { ada, projectId } = await aProject();
    const old = await lostStart(ada, projectId, 2 * 3_600);
    const looked: string[] = [];
    const session = { describe: async (id: string) => looked.push(id) };
    const sessions = { idFromName: (name: string) => name, get: () => session };
    const withSessions = { SESSIONS: sessions } as unknown as Parameters<typeof sweepRuns>[0];
    await sweepRuns(withSessions, configOf(env as unknown as Env), atMinute(59));
    expect(looked).not.toContain(old);
    await sweepRuns(withSessions, configOf(env as unknown as Env), atMinute(0));
    expect(looked).toContain(old);
  });

  it("the sweep leaves an active run unchanged", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    await database
      .update(runTable)
      .set({ createdAt: new Date(Date.now() - 60_000) })
      .where(eq(runTable.id, run.id));
    await sweepNow();
    expect(await ada.expect(200, `/v1/runs/${run.id}`)).toMatchObject({ status: "running" });
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
  });

  it("the sweep deletes stored responses of idempotency keys after a day, and not before", async () => {
    const { ada } = await aProject();
    const create = (key: string) =>
      ada.request("/v1/projects", { body: { name: "Keyed" }, headers: { "Idempotency-Key": key } });
    const [old, young] = [crypto.randomUUID(), crypto.randomUUID()];
    await (await create(old)).text();
    await (await create(young)).text();
    await database
      .update(idempotency)
      .set({ createdAt: new Date(Date.now() - 25 * 3_600_000) })
      .where(eq(idempotency.key, old));
    await sweepNow();
    expect((await create(old)).headers.get("idempotent-replayed")).toBeNull();
    expect((await create(young)).headers.get("idempotent-replayed")).toBe("true");
  });

  it("the sweep deletes the contents of a broken-off import, and none of a project", async () => {
    const { ada, projectId } = await aProject();
    await ada.expect(201, `/v1/projects/${projectId}/batches`, {
      body: { operations: [{ op: "create", path: "a.txt", content: "kept" }] },
    });
    const content = { sha256: "0".repeat(64), content: "left", encoding: "utf-8" as const, bytes: 4 };
    const [old, young] = [newId("project", Date.now() - 2 * 3_600_000), newId("project")];
    await database.insert(blob).values([
      { space: old, ...content },
      { space: young, ...content },
    ]);
    const [past, future] = [new Date(Date.now() - 1_000), new Date(Date.now() + 3_600_000)];
    await database.insert(unownedSpace).values([
      { space: old, dueAt: past },
      { space: young, dueAt: future },
      { space: projectId, dueAt: past },
    ]);
    await sweepNow();
    const spaces = async (space: string) => (await database.select().from(blob).where(eq(blob.space, space))).length;
    expect([await spaces(old), await spaces(young)]).toEqual([0, 1]);
    const [{ space } = { space: "" }] = await database.select().from(project).where(eq(project.id, projectId));
    expect(await spaces(space)).toBe(1);
  });
});

describe("a run whose events are no longer kept", () => {
  it("GET /events returns 410 after the retention, and the run's description stays", async () => {
    const { ada, projectId } = await aProject();
    const id = await lostStart(ada, projectId, 0);
    await database.update(runTable).set({ status: "completed", endedAt: new Date() }).where(eq(runTable.id, id));
    expect((await ada.problem(410, `/v1/runs/${id}/events`)).code).toBe("events_trimmed");
    expect(await ada.expect(200, `/v1/runs/${id}`)).toMatchObject({ status: "completed" });
  });
});
