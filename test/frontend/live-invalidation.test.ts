import { describe, expect, it } from "vitest";
import { invalidationIn, type KnownState } from "../../frontend/src/workspace/live-invalidation.ts";
import type { EmittedEvent, LiveFrame, Run } from "../../worker/contract/index.ts";

const at = "2026-11-23T12:00:00.000Z";
const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
const none = { head: null, runs: false, messages: false, comments: false, undone: false, viewers: null };

const ofRun = (runId: string, ...events: EmittedEvent[]): LiveFrame[] =>
  events.map((event, index) => ({ ...event, runId, seq: index + 1, pos: index + 1, at }));
const byOthers = (revision: number): LiveFrame => ({
  type: "revision.created",
  pos: 1,
  at,
  revision,
  paths: ["a.ts"],
  author: { kind: "token", id: "tok_1", name: "Deploy script" },
});

const run = (id: string, status: Run["status"]): Run => ({
  id,
  projectId: "prj_1",
  status,
  prompt: "Make it",
  agent: null,
  routing: null,
  mode: "build",
  scripted: true,
  usage,
  lastSeq: 0,
  createdAt: at,
});
const known = (more: Partial<KnownState> = {}): KnownState => ({ head: 3, runs: [], followed: new Set(), ...more });

const created: EmittedEvent = { type: "run.created", prompt: "Make it", mode: "build" };
const completed: EmittedEvent = { type: "run.completed", usage, revision: null, paths: [], text: "" };

describe("what the live feed tells an open project", () => {
  it("invalidationIn refetches the runs for an unknown run", () => {
    expect(invalidationIn(ofRun("run_1", created), known())).toEqual({ ...none, runs: true });
    expect(invalidationIn(ofRun("run_1", created), known({ runs: [run("run_1", "queued")] }))).toEqual(none);
  });

  it("invalidationIn ignores a running run's events, which its own stream shows", () => {
    const frames = ofRun(
      "run_1",
      { type: "run.started", model: "m", scripted: true },
      { type: "text.delta", step: 1, text: "Hello" },
      { type: "tool.started", step: 1, toolUseId: "t1", name: "check" },
      { type: "check.done", diagnostics: [] },
      { type: "usage.updated", usage },
    );
    expect(invalidationIn(frames, known())).toEqual(none);
  });

  it("invalidationIn refetches at a run's end, unless that is known or the run's own stream reports it", () => {
    const end = ofRun("run_1", completed);
    const both = { ...none, runs: true, messages: true };
    expect(invalidationIn(end, known({ runs: [run("run_1", "running")] }))).toEqual(both);
    expect(invalidationIn(end, known({ followed: new Set(["run_2"]) }))).toEqual(both);
    expect(invalidationIn(end, known({ followed: new Set(["run_1"]) }))).toEqual(none);
    expect(invalidationIn(end, known({ runs: [run("run_1", "completed")] }))).toEqual(none);
  });

  it("invalidationIn returns the newest unknown revision, regardless of its author", () => {
    const byRun = ofRun("run_1", { type: "revision.created", revision: 5, paths: [] });
    expect(invalidationIn([byOthers(4), ...byRun, byOthers(2)], known()).head).toBe(5);
    expect(invalidationIn(byRun, known({ head: 5 }))).toEqual(none);
  });

  it("invalidationIn refetches the undone runs at each revision that no run made, also at a known one", () => {
    expect(invalidationIn([byOthers(3)], known({ head: 5 }))).toEqual({ ...none, undone: true });
  });

  it("invalidationIn returns the current viewers", () => {
    const frames = [1, 2].map(
      (connections): LiveFrame => ({
        type: "presence",
        count: connections,
        viewers: [{ kind: "user", id: "u1", name: "Ada", connections }],
      }),
    );
    expect(invalidationIn(frames, known()).viewers).toEqual([{ kind: "user", id: "u1", name: "Ada", connections: 2 }]);
  });

  it("invalidationIn refetches the comments when one is written or deleted", () => {
    const frame: LiveFrame = { type: "comment.deleted", pos: 1, at, messageId: "msg_1", commentId: "cmt_1" };
    expect(invalidationIn([frame], known())).toEqual({ ...none, comments: true });
  });

  it("invalidationIn returns one result for any number of frames, as after a disconnect", () => {
    const frames = [...ofRun("run_1", created, completed), byOthers(4), ...ofRun("run_2", created), byOthers(6)];
    expect(invalidationIn(frames, known())).toEqual({
      head: 6,
      runs: true,
      messages: true,
      comments: false,
      undone: true,
      viewers: null,
    });
  });

  it("invalidationIn ignores frames of unknown types from a newer server", () => {
    const frame: LiveFrame = JSON.parse('{"type":"run.paused","runId":"run_1","seq":4,"pos":4}');
    expect(invalidationIn([frame], known())).toEqual(none);
  });
});
