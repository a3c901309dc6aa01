import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type LiveFrame, liveFrame } from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { type Caller, type Page, parseFrames, type Run, runToEnd } from "../stage/client.ts";
import { aProject, page, script } from "./start.ts";

const dayMs = 86_400_000;
const { SESSIONS } = env as unknown as Env;
const sessionOf = (projectId: string) => SESSIONS.get(SESSIONS.idFromName(projectId));

/** Ages the Session's rows by some days, and fires its alarm. */
async function pass(projectId: string, days: number): Promise<void> {
  await runInDurableObject(sessionOf(projectId), (_, { storage }) => {
    storage.sql.exec("UPDATE run SET ended_at = ended_at - ?", days * dayMs);
    storage.sql.exec("UPDATE event SET at = at - ?", days * dayMs);
    storage.sql.exec("UPDATE log SET deltas_until = deltas_until - ?", days * dayMs);
  });
  expect(await runDurableObjectAlarm(sessionOf(projectId))).toBe(true);
}

async function liveAfter(caller: Caller, projectId: string, after: number): Promise<LiveFrame> {
  const address = `/v1/projects/${projectId}/live?after=${after}`;
  const { webSocket } = await caller.request(address, { headers: { Upgrade: "websocket" } });
  if (webSocket === null) throw new Error("no socket");
  const first = new Promise<LiveFrame>((resolve) => {
    webSocket.addEventListener("message", ({ data }) => resolve(liveFrame.parse(JSON.parse(String(data)))));
  });
  webSocket.accept();
  const frame = await first;
  webSocket.close(1000);
  return frame;
}

const stream = { headers: { Accept: "text/event-stream" } };
const words = "[[text of 50 words]]";

describe("the retention of an ended run's log", () => {
  it("an ended run's log is complete on the day it ended", async () => {
    const { ada, projectId } = await aProject();
    const { run, events } = await runToEnd(ada, projectId, { prompt: words });
    await pass(projectId, 0.9);
    expect((await page(ada, run.id)).data).toEqual(events);
  });

  it("an ended run's log loses its deltas after a day, and no content that other events do not repeat", async () => {
    const { ada, projectId } = await aProject();
    const { run, events } = await runToEnd(ada, projectId, { prompt: words });
    await pass(projectId, 1.1);
    const kept = events.filter(({ type }) => type !== "text.delta");
    expect(kept.length).toBeLessThan(events.length);
    expect((await page(ada, run.id)).data).toEqual(kept);
    const answer = await ada.request(`/v1/runs/${run.id}/events`, stream);
    expect(parseFrames(await answer.text())).toEqual(kept);
    const after = await ada.request(`/v1/runs/${run.id}/events?after=${run.lastSeq}`, stream);
    expect(after.status).toBe(204);
  });

  it("an ended run's log is deleted after a week: 410 for readers behind, the same end for others, and the conversation stays", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    await pass(projectId, 7.1);
    for (const init of [{}, stream]) {
      for (const after of [0, run.lastSeq - 1]) {
        const problem = await ada.problem(410, `/v1/runs/${run.id}/events?after=${after}`, init);
        expect(problem.code).toBe("events_trimmed");
      }
    }
    expect(await page(ada, run.id, `?after=${run.lastSeq}`)).toMatchObject({ data: [], upToDate: true, closed: true });
    expect((await ada.request(`/v1/runs/${run.id}/events?after=${run.lastSeq}`, stream)).status).toBe(204);
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}`)).toEqual(run);
    expect((await ada.expect<Page<object>>(200, `/v1/projects/${projectId}/messages`)).data).toHaveLength(2);
  });

  it("a trimmed log reuses no positions: the live feed continues after them, and reports events_trimmed to viewers before them", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    await pass(projectId, 7.1);
    const trimmed = run.lastSeq;
    expect(await liveAfter(ada, projectId, 0)).toMatchObject({ type: "error", code: "events_trimmed", after: trimmed });
    expect(await liveAfter(ada, projectId, trimmed)).toEqual({ type: "resumed", after: trimmed, head: trimmed });
    const next = await runToEnd(ada, projectId, { prompt: script({ text: "Again." }) });
    expect(await liveAfter(ada, projectId, trimmed)).toMatchObject({ head: trimmed + next.run.lastSeq });
  });

  it("the alarm trims the log without a client, and then stops", async () => {
    const { ada, projectId } = await aProject();
    await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    // The run's last alarm finds no active run, and schedules the one that trims.
    await runDurableObjectAlarm(sessionOf(projectId));
    const alarm = () => runInDurableObject(sessionOf(projectId), (_, { storage }) => storage.getAlarm());
    expect(((await alarm()) ?? 0) - Date.now()).toBeGreaterThan(dayMs / 2);
    await pass(projectId, 8);
    expect(await alarm()).toBeNull();
  });
});
