import { describe, expect, it } from "vitest";
import { buildTurns, runsToStream } from "../../frontend/src/chat/build-turns.ts";
import { emptyView } from "../../frontend/src/chat/run-view.ts";
import type { Message, Run } from "../../worker/contract/index.ts";

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
const time = (minute: number) => `2026-11-23T12:${String(minute).padStart(2, "0")}:00.000Z`;

const run = (id: string, minute: number, status: Run["status"], more: Partial<Run> = {}): Run => ({
  id,
  projectId: "prj_1",
  status,
  prompt: `prompt of ${id}`,
  agent: "fullstack",
  routing: null,
  mode: "build",
  scripted: true,
  usage,
  lastSeq: 9,
  createdAt: time(minute),
  ...more,
});

const message = (
  id: string,
  runId: string,
  role: Message["role"],
  minute: number,
  content: Message["content"],
): Message => ({
  id,
  role,
  runId,
  agent: role === "assistant" ? "fullstack" : null,
  content,
  createdAt: time(minute),
});

const stored = [
  message("m1", "run_1", "user", 1, [{ type: "text", text: "Make it" }]),
  message("m2", "run_1", "assistant", 2, [
    { type: "text", text: "Done" },
    {
      type: "tool",
      name: "write_files",
      input: {},
      result: '{"revision":3,"changes":[{"path":"a.ts"}]}',
      isError: false,
    },
  ]),
];
const none = { views: new Map(), hasOlder: false };

describe("the conversation's turns", () => {
  it("buildTurns has a run that is followed where its record is, though its events begin later than another prompt", () => {
    const runs = [run("run_1", 1, "running"), run("run_2", 2, "queued")];
    const view = { ...emptyView("run_1", time(3)), status: "running" as const, lastSeq: 1 };
    const turns = buildTurns({ messages: [], runs, views: new Map([["run_1", view]]), hasOlder: false });
    expect(turns.map(({ runId }) => runId)).toEqual(["run_1", "run_2"]);
  });

  it("buildTurns rebuilds a stored run from its messages, with the revision that its tool created", () => {
    const [turn] = buildTurns({ ...none, messages: stored, runs: [run("run_1", 1, "completed")] });
    expect(turn).toMatchObject({ prompt: "Make it", status: "completed", agent: "fullstack" });
    expect(turn?.items.map((item) => item.kind)).toEqual(["text", "tool", "revision"]);
  });

  it("buildTurns shows a stored check as it was shown live", () => {
    const tool = { type: "tool" as const, name: "check", input: {}, isError: false };
    const said = message("m2", "run_1", "assistant", 2, [
      { ...tool, result: "The app builds." },
      { ...tool, result: "The preview is away.", isError: true },
    ]);
    const [turn] = buildTurns({ ...none, messages: [said], runs: [run("run_1", 1, "completed")] });
    expect(turn?.items.map((item) => item.kind)).toEqual(["tool", "check", "tool"]);
    expect(turn?.items[1]).toMatchObject({ check: { errors: 0, warnings: 0, findings: [] } });
  });

  it("buildTurns shows a run once, from its events when they were read", () => {
    const view = { ...emptyView("run_1", time(1)), prompt: "Make it", lastSeq: 4, status: "running" as const };
    const turns = buildTurns({
      ...none,
      messages: stored,
      runs: [run("run_1", 1, "running")],
      views: new Map([["run_1", view]]),
    });
    expect(turns).toEqual([view]);
  });

  it("buildTurns uses the run's record when that reports the end first", () => {
    const view = { ...emptyView("run_1", time(1)), lastSeq: 4, status: "running" as const };
    const [turn] = buildTurns({
      ...none,
      messages: [],
      runs: [run("run_1", 1, "cancelled")],
      views: new Map([["run_1", view]]),
    });
    expect(turn?.status).toBe("cancelled");
  });

  it("buildTurns orders turns by start, and includes queued ones", () => {
    const runs = [run("run_3", 9, "queued"), run("run_2", 5, "running"), run("run_1", 1, "completed")];
    const turns = buildTurns({ ...none, messages: stored, runs });
    expect(turns.map((turn) => [turn.runId, turn.status])).toEqual([
      ["run_1", "completed"],
      ["run_2", "running"],
      ["run_3", "queued"],
    ]);
  });

  const error = { code: "model_failed", detail: "The model's response was cut off." };
  const failed = message("m2", "run_1", "assistant", 2, [
    { type: "text", text: "As far as it came." },
    { type: "end", status: "failed", error },
  ]);

  it("buildTurns shows a stored failure from the run's record, and not as the agent's text", () => {
    const [turn] = buildTurns({ ...none, messages: [failed], runs: [run("run_1", 1, "failed", { error })] });
    expect(turn).toMatchObject({ status: "failed", error });
    expect(turn?.items.map((item) => item.kind === "text" && item.full?.text)).toEqual(["As far as it came."]);
  });

  it("buildTurns shows a stored failure from the answer's end part when the run's record is not loaded", () => {
    const [turn] = buildTurns({ ...none, messages: [failed], runs: [] });
    expect(turn).toMatchObject({ status: "failed", error });
  });

  it("buildTurns shows a failure once that an older server stored as a sentence", () => {
    const said = message("m2", "run_1", "assistant", 2, [{ type: "text", text: `This run failed: ${error.detail}` }]);
    const [turn] = buildTurns({ ...none, messages: [said], runs: [run("run_1", 1, "failed", { error })] });
    expect(turn).toMatchObject({ status: "failed", error, items: [] });
  });

  it("buildTurns keeps an agent's text that only resembles such a sentence", () => {
    const said = message("m2", "run_1", "assistant", 2, [{ type: "text", text: "This run failed: see the log." }]);
    const [turn] = buildTurns({ ...none, messages: [said], runs: [run("run_1", 1, "failed", { error })] });
    expect(turn?.items).toHaveLength(1);
  });

  it("buildTurns shows a cancellation once that an older server stored as a sentence", () => {
    const content = ["As far as it came.", "This run was cancelled."].map((text) => ({ type: "text" as const, text }));
    const said = message("m2", "run_1", "assistant", 2, content);
    const [turn] = buildTurns({ ...none, messages: [said], runs: [run("run_1", 1, "cancelled")] });
    expect(turn?.items.map((item) => item.kind === "text" && item.full?.text)).toEqual(["As far as it came."]);
  });

  it("buildTurns distinguishes a prompt removed from the queue from a cancelled run", () => {
    const runs = [run("run_1", 1, "cancelled"), run("run_2", 2, "cancelled", { startedAt: time(3) })];
    const turns = buildTurns({ ...none, messages: [], runs });
    expect(turns.map(({ started }) => started)).toEqual([false, true]);
  });

  it("buildTurns omits runs older than the loaded messages", () => {
    const turns = buildTurns({
      ...none,
      hasOlder: true,
      messages: stored,
      runs: [run("run_0", 0, "completed"), run("run_1", 1, "completed")],
    });
    expect(turns.map((turn) => turn.runId)).toEqual(["run_1"]);
  });
});

describe("the runs to read events of", () => {
  it("runsToStream returns active runs, and those whose answer is not stored yet, oldest first", () => {
    const runs = [
      run("run_4", 9, "queued"),
      run("run_3", 8, "running"),
      run("run_2", 5, "failed"),
      run("run_1", 1, "completed"),
    ];
    expect(runsToStream({ ...none, messages: stored, runs })).toEqual(["run_2", "run_3", "run_4"]);
  });
});
