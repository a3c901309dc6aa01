import { SELF } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type LiveFrame, liveClose, liveFrame } from "../../../worker/contract/index.ts";
import { type Account, appUrl, type Caller, newAccount, nobody, runToEnd } from "../stage/client.ts";
import { aProject, page, script } from "./start.ts";

const upgrade = { Upgrade: "websocket" };

type Live = {
  frames: LiveFrame[];
  say(message: object | string): void;
  /** Waits for the first frame that satisfies a condition. */
  until(wanted: (frame: LiveFrame) => boolean): Promise<LiveFrame>;
  closed: Promise<{ code: number; reason: string }>;
  close(): void;
};

async function watch(caller: Caller, projectId: string, query = ""): Promise<Live> {
  const answer = await caller.request(`/v1/projects/${projectId}/live${query}`, { headers: upgrade });
  const socket = answer.webSocket;
  if (answer.status !== 101 || socket === null) throw new Error(`${answer.status} ${await answer.text()}`);
  const frames: LiveFrame[] = [];
  let told = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  socket.addEventListener("message", ({ data }) => {
    frames.push(liveFrame.parse(JSON.parse(String(data))));
    told();
  });
  socket.accept();
  return {
    frames,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async until(wanted) {
      for (;;) {
        const found = frames.find(wanted);
        if (found) return found;
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
    },
    closed,
    close: () => socket.close(1000),
  };
}

/** Returns the frames that are part of the log. */
const eventsIn = (frames: LiveFrame[]) => frames.filter((frame) => "pos" in frame);
const isEnd = (frame: LiveFrame) => frame.type === "run.completed";
const write = (caller: Caller, projectId: string, path: string) =>
  caller.expect(201, `/v1/projects/${projectId}/batches`, {
    body: { operations: [{ op: "write", path, content: "text" }] },
  });

describe("the live feed", () => {
  it("the live feed sends every run's events as their streams do, with their position in the project's log", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId);
    live.say({ type: "resume", after: 0 });
    const first = await runToEnd(ada, projectId, { prompt: script({ text: "One." }) });
    await live.until(isEnd);
    const second = await runToEnd(ada, projectId, { prompt: script({ text: "Two." }) });
    await live.until((frame) => isEnd(frame) && "runId" in frame && frame.runId === second.run.id);
    const events = eventsIn(live.frames);
    expect(events.map(({ pos }) => pos)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ pos, ...event }) => event)).toEqual([...first.events, ...second.events]);
    live.close();
  });

  it("the live feed omits deltas on request, and nothing else", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId, "?after=0&deltas=off");
    const { events } = await runToEnd(ada, projectId, { prompt: "[[text of 200 words]]" });
    await live.until(isEnd);
    const whole = events.filter(({ type }) => !type.endsWith(".delta"));
    expect(whole.length).toBeLessThan(events.length);
    expect(eventsIn(live.frames).map(({ pos }) => pos)).toEqual(whole.map(({ seq }) => seq));
    await ada.problem(422, `/v1/projects/${projectId}/live?deltas=none`, { headers: upgrade });
    live.close();
  });

  it("the live feed resumes after any position without a gap or a repeat", async () => {
    const { ada, projectId } = await aProject();
    const { events } = await runToEnd(ada, projectId, { prompt: "[[text of 200 words]]" });
    const live = await watch(ada, projectId);
    for (const after of [0, 3, events.length - 1]) {
      live.frames.length = 0;
      live.say({ type: "resume", after });
      expect(await live.until(({ type }) => type === "resumed")).toEqual({
        type: "resumed",
        after,
        head: events.length,
      });
      await live.until(isEnd);
      expect(eventsIn(live.frames).map(({ pos }) => pos)).toEqual(events.slice(after).map(({ seq }) => seq));
    }
    live.close();
  });

  it("the live feed starts at the connection for a viewer that sends no position", async () => {
    const { ada, projectId } = await aProject();
    await runToEnd(ada, projectId, { prompt: script({ text: "Before." }) });
    const live = await watch(ada, projectId);
    const { events } = await runToEnd(ada, projectId, { prompt: script({ text: "After." }) });
    await live.until(isEnd);
    expect(eventsIn(live.frames).map(({ pos, ...event }) => event)).toEqual(events);
    live.close();
  });

  it("the live feed sends revisions by others with their author, once and in order", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId);
    live.say({ type: "resume", after: 0 });
    await write(ada, projectId, "a.txt");
    await live.until(({ type }) => type === "revision.created");
    await write(await ada.token(["projects:write"]), projectId, "b.txt");
    await live.until((frame) => frame.type === "revision.created" && frame.revision === 2);
    await ada.expect(201, `/v1/projects/${projectId}/revisions/1/restore`, { method: "POST" });
    await live.until((frame) => frame.type === "revision.created" && frame.revision === 3);
    expect(eventsIn(live.frames)).toMatchObject([
      { pos: 1, revision: 1, paths: ["a.txt"], author: { kind: "user", name: "Ada" } },
      { pos: 2, revision: 2, paths: ["b.txt"], author: { kind: "token", name: "test" } },
      { pos: 3, revision: 3, paths: ["b.txt"], author: { kind: "user", name: "Ada" } },
    ]);
    live.close();
  });

  it("the live feed sends presence when viewers come and go", async () => {
    const { ada, projectId } = await aProject();
    const first = await watch(ada, projectId);
    const program = await ada.token(["projects:read", "runs:read"]);
    const second = await watch(program, projectId);
    const both = await first.until((frame) => frame.type === "presence" && frame.count === 2);
    expect(both).toMatchObject({
      viewers: [
        { kind: "user", name: "Ada", connections: 1 },
        { kind: "token", name: "test", connections: 1 },
      ],
    });
    first.frames.length = 0;
    second.close();
    await first.until((frame) => frame.type === "presence" && frame.count === 1);
    first.close();
  });

  it("The live feed reports the files that viewers have open, until they close them", async () => {
    const { ada, projectId } = await aProject();
    const first = await watch(ada, projectId);
    const second = await watch(await ada.token(["projects:read", "runs:read"]), projectId);
    const third = await watch(ada, projectId);
    second.say({ type: "viewing", path: "src/app.ts" });
    third.say({ type: "viewing", path: "index.html" });
    const named = await first.until(
      (frame) => frame.type === "presence" && frame.viewers.every(({ files }) => files !== undefined),
    );
    expect(named).toMatchObject({
      count: 3,
      viewers: [
        { kind: "user", connections: 2, files: ["index.html"] },
        { kind: "token", connections: 1, files: ["src/app.ts"] },
      ],
    });
    first.frames.length = 0;
    third.say({ type: "viewing", path: null });
    second.close();
    const left = await first.until(
      (frame) => frame.type === "presence" && frame.viewers.every(({ files }) => files === undefined),
    );
    expect(left).toMatchObject({ count: 2, viewers: [{ kind: "user", connections: 2 }] });
    first.close();
    third.close();
  });

  it("the live feed answers a ping, and reports an invalid message", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId);
    live.say({ type: "ping" });
    await live.until(({ type }) => type === "pong");
    for (const bad of ["", "{", "null", '{"type":"resume","after":-1}', '{"type":"shout"}', "x".repeat(5_000)]) {
      live.frames.length = 0;
      live.say(bad);
      expect(await live.until(({ type }) => type === "error")).toMatchObject({ code: "invalid_message" });
    }
    live.frames.length = 0;
    live.say({ type: "resume", after: 7 });
    expect(await live.until(({ type }) => type === "error")).toMatchObject({ code: "invalid_after", after: 0 });
    live.close();
  });

  it("the live feed closes when the project is deleted", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId);
    await ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" });
    expect((await live.closed).code).toBe(liveClose.projectDeleted);
  });

  it("the live feed contains as many events as the run's pages, each revision of the run once", async () => {
    const { ada, projectId } = await aProject();
    const live = await watch(ada, projectId);
    live.say({ type: "resume", after: 0 });
    const { run } = await runToEnd(ada, projectId, { prompt: "[[five steps]]" });
    await live.until(isEnd);
    expect(eventsIn(live.frames).map(({ pos, ...event }) => event)).toEqual((await page(ada, run.id)).data);
    live.close();
  });
});

describe("a slow viewer of the live feed", () => {
  /** Creates revisions whose frames are so long that a few of them exceed a viewer's send window. */
  async function flood(ada: Account, projectId: string): Promise<number[]> {
    const count = 12;
    for (let batch = 1; batch <= count; batch += 1) {
      const operations = Array.from({ length: 500 }, (_, index) => ({
        op: "write",
        path: `${"long/".repeat(48)}${index}.txt`,
        content: `${batch}`,
      }));
      await ada.expect(201, `/v1/projects/${projectId}/batches`, { body: { operations } });
    }
    return Array.from({ length: count }, (_, index) => index + 1);
  }
  const places = (frames: LiveFrame[]) => eventsIn(frames).map(({ pos }) => pos);

  it("a slow viewer that never acknowledges is disconnected, and resumes where it was", async () => {
    const { ada, projectId } = await aProject();
    const all = await flood(ada, projectId);
    const seen: number[] = [];
    let cuts = 0;
    while (seen.length < all.length) {
      const live = await watch(ada, projectId);
      live.say({ type: "resume", after: seen.at(-1) ?? 0 });
      const ended = live.until((frame) => "pos" in frame && frame.pos === all.length).then(() => null);
      const close = await Promise.race([live.closed, ended]);
      seen.push(...places(live.frames));
      if (close === null) live.close();
      else {
        expect(close).toEqual({ code: liveClose.tooSlow, reason: `resume after ${seen.at(-1)}` });
        cuts += 1;
      }
    }
    expect(cuts).toBe(1);
    expect(seen).toEqual(all);
  });

  it("a slow viewer that acknowledges gets backpressure and stays connected", async () => {
    const { ada, projectId } = await aProject();
    const all = await flood(ada, projectId);
    const live = await watch(ada, projectId);
    live.say({ type: "ack", pos: 0 });
    live.say({ type: "resume", after: 0 });
    await live.until((frame) => "pos" in frame && frame.pos === 8);
    expect(places(live.frames).at(-1)).toBeLessThan(all.length);
    live.say({ type: "ack", pos: 8 });
    await live.until((frame) => "pos" in frame && frame.pos === all.length);
    expect(places(live.frames)).toEqual(all);
    live.close();
  });
});

describe("a refused upgrade of the live feed", () => {
  const ask = async (caller: Caller, projectId: string, headers: Record<string, string> = upgrade) => {
    const answer = await caller.request(`/v1/projects/${projectId}/live`, { headers });
    return { status: answer.status, ...(await answer.json<{ code: string }>()) };
  };
  const withOrigin = (ada: Account, projectId: string, origin: Record<string, string>) =>
    SELF.fetch(`${appUrl}/v1/projects/${projectId}/live`, { headers: { ...upgrade, Cookie: ada.cookie, ...origin } });

  it("the live feed refuses callers without credentials, other accounts and tokens that lack one of the two scopes", async () => {
    const { ada, projectId } = await aProject();
    expect(await ask(nobody, projectId)).toMatchObject({ status: 401, code: "unauthenticated" });
    expect(await ask(await newAccount(), projectId)).toMatchObject({ status: 404, code: "not_found" });
    for (const scope of ["runs:read", "projects:read"]) {
      const token = await ada.token([scope]);
      expect(await ask(token, projectId)).toMatchObject({ status: 403, code: "insufficient_scope" });
    }
  });

  it("the live feed refuses a foreign page with the browser's cookie", async () => {
    const { ada, projectId } = await aProject();
    for (const origin of [{ Origin: "https://evil.example" }, { Origin: "null" }, {}]) {
      const answer = await withOrigin(ada, projectId, origin as Record<string, string>);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: "bad_origin" });
    }
  });

  it("The live feed returns 400 for a request that is not an upgrade", async () => {
    const { ada, projectId } = await aProject();
    expect(await ask(ada, projectId, {})).toMatchObject({ status: 400, code: "malformed_request" });
  });
});
