import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Env } from "../../../worker/http/environment.ts";
import { type Caller, type Run, runToEnd } from "../stage/client.ts";
import { aProject, begin, forEver, script, until } from "./start.ts";

// workerd does not report its memory use, so the Session counts the resources that it holds.

const { SESSIONS } = env as unknown as Env;
const heldBy = (projectId: string) =>
  runInDurableObject(SESSIONS.get(SESSIONS.idFromName(projectId)), (session) => session.resourceCounts());

const nothing = {
  log: { watchers: 0, unsettled: 0 },
  streams: { streams: 0, seen: 0, timers: 0 },
  live: { sockets: 0, moved: 0, timers: 0 },
  driver: { logs: 0, timers: 0, working: 0 },
};

/** Polls until the Session holds nothing: the runtime reports a disconnected reader a moment later. */
const expectNothingHeld = (projectId: string, timeout = 10_000) =>
  expect.poll(() => heldBy(projectId), { timeout, interval: 50 }).toMatchObject(nothing);

/** Opens a run's stream and disconnects after its first chunk. */
async function lookAndLeave(caller: Caller, id: string): Promise<void> {
  const answer = await caller.request(`/v1/runs/${id}/events`, { headers: { Accept: "text/event-stream" } });
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

async function watchLive(caller: Caller, projectId: string): Promise<WebSocket> {
  const answer = await caller.request(`/v1/projects/${projectId}/live?after=0`, { headers: { Upgrade: "websocket" } });
  if (answer.webSocket === null) throw new Error(`${answer.status} ${await answer.text()}`);
  answer.webSocket.accept();
  return answer.webSocket;
}

describe("a Session's resources", () => {
  it("a Session releases everything when its run has ended and its viewers have left", async () => {
    const { ada, projectId } = await aProject();
    const socket = await watchLive(ada, projectId);
    await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    expect((await heldBy(projectId)).live.sockets).toBe(1);
    socket.close(1000);
    await expectNothingHeld(projectId);
  });

  it("a Session releases the resources of each viewer that leaves during a run", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    for (let viewer = 0; viewer < 20; viewer += 1) await lookAndLeave(ada, run.id);
    await expect
      .poll(() => heldBy(projectId), { timeout: 10_000 })
      .toMatchObject({
        log: { watchers: 0 },
        streams: { streams: 0, timers: 0 },
      });
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
    await expectNothingHeld(projectId);
  });

  it("a Session's resources do not grow over 200 runs whose clients leave", { timeout: 180_000 }, async () => {
    const { ada, projectId } = await aProject();
    // The Session is called directly, so that the run limit does not apply.
    const first = await begin(ada, projectId, "[[text of 20 words]]");
    await until(ada, first.id, "completed");
    const stub = SESSIONS.get(SESSIONS.idFromName(projectId));
    for (let number = 0; number < 200; number += 1) {
      const id = await runInDurableObject(stub, (_, { storage }) => {
        const again = `${first.id}-${number}`;
        const [row] = storage.sql.exec<{ start: string }>("SELECT start FROM run WHERE id = ?", first.id).toArray();
        return { again, start: JSON.parse(row?.start ?? "{}") };
      });
      const run: Run | null = await stub.enqueue({ ...id.start, id: id.again }, []);
      if (run === null) throw new Error("the project is deleted");
      const answer = await stub.fetch(`https://session/${run.id}?after=0`);
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    // All runs are queued here, and some have still to execute.
    await expectNothingHeld(projectId, 120_000);
    const { log } = await heldBy(projectId);
    expect(log.tailFrames).toBeLessThanOrEqual(2_000);
    expect(log.tailCharacters).toBeLessThanOrEqual(512_000);
  });
});
