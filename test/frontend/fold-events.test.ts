import { describe, expect, it } from "vitest";
import { foldEvents } from "../../frontend/src/chat/fold-events.ts";
import { emptyView, type RunView, type TextItem, textOf } from "../../frontend/src/chat/run-view.ts";
import type { EmittedEvent, RunEvent } from "../../worker/contract/index.ts";

const at = "2026-11-23T12:00:00.000Z";
const usage = { inputTokens: 5, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 90 };

/** Builds a run's log from events, numbered from 1. */
const log = (...events: EmittedEvent[]): RunEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1, runId: "run_1", at }));

const view = (events: readonly RunEvent[], start = emptyView("run_1", at)): RunView => foldEvents(start, events);
const texts = ({ items }: RunView): string[] =>
  items.filter((item): item is TextItem => item.kind === "text").map(textOf);

const created: EmittedEvent = { type: "run.created", prompt: "Make it", mode: "build" };
const delta = (text: string, step = 1): EmittedEvent => ({ type: "text.delta", step, text });
const toolStarted: EmittedEvent = { type: "tool.started", step: 1, toolUseId: "t1", name: "write_files" };
const toolDone: EmittedEvent = {
  type: "tool.done",
  step: 1,
  toolUseId: "t1",
  name: "write_files",
  input: { files: [] },
  result: "{}",
  isError: false,
};

describe("folding a run's events", () => {
  it("foldEvent joins deltas, and replaces them by the whole text", () => {
    const events = log(created, { type: "step.started", step: 1 }, delta("Hel"), delta("lo"));
    expect(texts(view(events))).toEqual(["Hello"]);
    const done = log(created, { type: "step.started", step: 1 }, delta("Hel"), {
      type: "text.done",
      step: 1,
      text: "Hello!",
    });
    expect(texts(view(done))).toEqual(["Hello!"]);
  });

  it("foldEvent returns the same view when the deltas were trimmed", () => {
    const whole = log(created, delta("Hi"), { type: "text.done", step: 1, text: "Hi" }, toolStarted, toolDone);
    const trimmed = whole.filter((event) => event.type !== "text.delta" && event.type !== "tool.started");
    expect(texts(view(trimmed))).toEqual(texts(view(whole)));
    expect(view(trimmed).items.map((item) => item.kind)).toEqual(["text", "tool"]);
  });

  it("foldEvent shows each event once, however the stream is cut and resumed", () => {
    const events = log(created, delta("a"), delta("b"), toolStarted, toolDone, delta("c", 2), {
      type: "run.completed",
      revision: null,
      paths: [],
      text: "",
      usage,
    });
    for (let cut = 0; cut <= events.length; cut++) {
      const overlap = events.slice(Math.max(0, cut - 2));
      expect(view(overlap, view(events.slice(0, cut)))).toEqual(view(events));
    }
  });

  it("foldEvent starts a new text after a text of the same step was done", () => {
    const events = log({ type: "text.done", step: 1, text: "one" }, toolStarted, toolDone, delta("two"));
    expect(texts(view(events))).toEqual(["one", "two"]);
  });

  it("foldEvent collects a tool's input while it streams and completes it with its result", () => {
    const events = log(
      toolStarted,
      { type: "tool.delta", toolUseId: "t1", json: '{"fi' },
      { type: "tool.delta", toolUseId: "t1", json: 'les":[' },
    );
    const [writing] = view(events).items;
    expect(writing).toMatchObject({ kind: "tool", done: null, streamed: { text: '{"files":[' } });
    const [finished] = view([...events, { ...toolDone, seq: 4, runId: "run_1", at }]).items;
    expect(finished).toMatchObject({ kind: "tool", done: { result: "{}", isError: false } });
  });

  it("foldEvent changes no earlier view, also when two views follow from the same one", () => {
    const first = view(log(created, delta("one ")));
    const [second, third] = [delta("two"), delta("three")].map((event) =>
      view([{ ...event, seq: 3, runId: "run_1", at }], first),
    );
    expect([first, second, third].map((one) => texts(one ?? first))).toEqual([["one "], ["one two"], ["one three"]]);
    const retried = { type: "step.retried", step: 1, reason: "cut", fromSeq: 3, seq: 4, runId: "run_1", at } as const;
    expect(texts(view([retried], second))).toEqual(["one "]);
  });

  it("foldEvent removes a retried step's items from its sequence number on, and shows the reason", () => {
    const events = log(created, delta("kept "), delta("void"), toolStarted, {
      type: "step.retried",
      step: 1,
      reason: "cut",
      fromSeq: 3,
    });
    expect(texts(view(events))).toEqual(["kept "]);
    expect(view(events).items.map((item) => item.kind)).toEqual(["text", "retried"]);
  });

  it("foldEvent keeps a committed revision through a retry, once", () => {
    const revision: EmittedEvent = { type: "revision.created", revision: 4, paths: ["a.ts"] };
    const events = log(
      toolStarted,
      toolDone,
      revision,
      { type: "step.retried", step: 1, reason: "cut", fromSeq: 1 },
      toolStarted,
      toolDone,
      revision,
    );
    expect(view(events).items.filter((item) => item.kind === "revision")).toHaveLength(1);
    expect(view(events).items.filter((item) => item.kind === "tool")).toHaveLength(1);
  });

  it("foldEvent shows a run's question until the run resumes", () => {
    const asked = log(created, { type: "input.requested", question: "Which?", options: ["A", "B"] });
    expect(view(asked)).toMatchObject({ status: "waiting", question: { question: "Which?", options: ["A", "B"] } });
    const answered = log(created, { type: "input.requested", question: "Which?" }, { ...toolDone, name: "ask_user" });
    expect(view(answered)).toMatchObject({ status: "running", question: null });
  });

  it("foldEvent ends with the reason and the cost, and ignores events after the end", () => {
    const error = { code: "budget_exceeded", detail: "The budget is spent." };
    const events = log(created, { type: "run.failed", error, usage }, delta("late"));
    expect(view(events)).toMatchObject({ status: "failed", error, usage, items: [] });
    expect(view(log(created, { type: "run.cancelled", usage })).status).toBe("cancelled");
    expect(view(log(created, { type: "run.completed", usage, revision: null, paths: [], text: "" })).status).toBe(
      "completed",
    );
  });
});
