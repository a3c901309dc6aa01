import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { Env } from "../../../worker/http/environment.ts";
import type { Run } from "../stage/client.ts";
import { aProject, begin, forEver } from "./start.ts";

// The alarm resumes a run after a crash: it must be armed whenever a run is active, and moving it costs a write.

const { SESSIONS } = env as unknown as Env;
const sessionOf = (projectId: string) => SESSIONS.get(SESSIONS.idFromName(projectId));
const alarmOf = (projectId: string) => runInDurableObject(sessionOf(projectId), (_, { storage }) => storage.getAlarm());

describe("a Session's alarm", () => {
  it("the alarm is armed before a run is enqueued, which then does not move it", async () => {
    const { ada, projectId } = await aProject();
    await sessionOf(projectId).warmUp();
    const set = await alarmOf(projectId);
    expect(set).toBeGreaterThan(Date.now() - 2_000);
    const run = await begin(ada, projectId, forEver);
    expect(await alarmOf(projectId)).toBe(set);
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
  });

  it("the alarm is armed for a run that begins right after the alarm itself has ended another", async () => {
    const { ada, projectId } = await aProject();
    const unwatched = await begin(ada, projectId, forEver, { onDisconnect: "cancel" });
    // The first alarm sees that nobody watches; a later one that the timeout has elapsed.
    await runDurableObjectAlarm(sessionOf(projectId));
    vi.setSystemTime(Date.now() + 60_000);
    try {
      await runDurableObjectAlarm(sessionOf(projectId));
      expect(await ada.expect<Run>(200, `/v1/runs/${unwatched.id}`)).toMatchObject({ status: "cancelled" });
    } finally {
      vi.useRealTimers();
    }
    const run = await begin(ada, projectId, forEver);
    expect((await alarmOf(projectId)) ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(Date.now() + 2_000);
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
  });

  it("the alarm fires again while a run is active, and not after a refused start", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    const first = await alarmOf(projectId);
    expect(await runDurableObjectAlarm(sessionOf(projectId))).toBe(true);
    expect(await alarmOf(projectId)).toBeGreaterThanOrEqual(first ?? Number.POSITIVE_INFINITY);
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });

    const idle = (await aProject()).projectId;
    await sessionOf(idle).warmUp();
    expect(await runDurableObjectAlarm(sessionOf(idle))).toBe(true);
    expect(await alarmOf(idle)).toBeNull();
  });
});
