// A run must look the same while it is watched and after a reload, when it is rebuilt from its stored messages.
import { expect, it } from "vitest";
import { buildTurns } from "../../frontend/src/chat/build-turns.ts";
import { foldEvents } from "../../frontend/src/chat/fold-events.ts";
import { emptyView, type RunItem, type RunView, textOf } from "../../frontend/src/chat/run-view.ts";
import type { EmittedEvent, Message, Run } from "../../worker/contract/index.ts";

const at = "2026-11-23T12:00:00.000Z";
const usage = { inputTokens: 5, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 90 };
const routing = {
  agent: "fullstack",
  confidence: 0.9,
  reason: "It fits.",
  method: "lexical" as const,
  candidates: [],
};

type Call = { name: string; input: unknown; result: string; isError?: boolean; event?: EmittedEvent };

/** The run's tool calls, each with its result and its event. */
const calls: Call[] = [
  { name: "list_files", input: {}, result: '{"revision":0,"files":[]}' },
  {
    name: "write_files",
    input: { files: [{ path: "a.ts", content: "1" }] },
    result: '{"revision":1,"changes":[{"path":"a.ts","action":"created","bytes":1}]}',
    event: { type: "revision.created", revision: 1, paths: ["a.ts"] },
  },
  { name: "read_files", input: { paths: ["a.ts"] }, result: '{"revision":1,"files":[{"path":"a.ts","content":"1"}]}' },
  { name: "check", input: {}, result: "The app builds.", event: { type: "check.done", diagnostics: [] } },
  {
    name: "request_preview",
    input: { method: "GET", path: "/" },
    result: '{"status":200,"headers":{},"body":"{\\"revision\\":7}","revision":7}',
  },
  { name: "edit_file", input: { path: "b.ts", edits: [] }, result: '{"revision":2}', isError: true },
  {
    name: "delete_files",
    input: { paths: ["a.ts"] },
    result: '{"revision":2,"changes":[{"path":"a.ts","action":"deleted","bytes":0}]}',
    event: { type: "revision.created", revision: 2, paths: ["a.ts"] },
  },
  { name: "list_files", input: {}, result: '{"revision":2,"files":[]}' },
];

function liveView(): RunView {
  const events: EmittedEvent[] = [
    { type: "run.created", prompt: "Make it", mode: "build" },
    { type: "run.routed", ...routing },
    { type: "run.started", model: "script", scripted: true },
    { type: "text.done", step: 1, text: "I look first." },
    ...calls.flatMap(({ name, input, result, isError = false, event }, place): EmittedEvent[] => {
      const toolUseId = `t${place}`;
      const done: EmittedEvent = { type: "tool.done", step: 1, toolUseId, name, input, result, isError };
      return [{ type: "tool.started", step: 1, toolUseId, name }, done, ...(event === undefined ? [] : [event])];
    }),
    { type: "run.completed", usage, revision: null, paths: [], text: "" },
  ];
  const log = events.map((event, index) => ({ ...event, seq: index + 1, runId: "run_1", at }));
  return foldEvents(emptyView("run_1", at), log);
}

function storedView(): RunView | undefined {
  const of = (role: Message["role"], content: Message["content"]): Message => ({
    id: `msg_${role}`,
    role,
    runId: "run_1",
    agent: role === "assistant" ? "fullstack" : null,
    content,
    createdAt: at,
  });
  const tools = calls.map(({ name, input, result, isError = false }) => ({
    type: "tool" as const,
    name,
    input,
    result,
    isError,
  }));
  const run: Run = {
    id: "run_1",
    projectId: "prj_1",
    status: "completed",
    prompt: "Make it",
    agent: "fullstack",
    routing,
    mode: "build",
    scripted: true,
    usage,
    lastSeq: 0,
    createdAt: at,
    startedAt: at,
    endedAt: at,
  };
  const messages = [
    of("user", [{ type: "text", text: "Make it" }]),
    of("assistant", [{ type: "text", text: "I look first." }, ...tools]),
  ];
  return buildTurns({ messages, runs: [run], views: new Map(), hasOlder: false })[0];
}

/** Removes an item's sequence number, which only events have. */
function shown(item: RunItem) {
  switch (item.kind) {
    case "text":
      return { kind: item.kind, text: textOf(item) };
    case "tool": {
      const { name, done } = item;
      return { kind: item.kind, name, input: done?.input, result: done?.result, isError: done?.isError };
    }
    default: {
      const { key, seq, ...rest } = item;
      return rest;
    }
  }
}

it("A run looks the same from its events and from its messages", () => {
  // Only an event reports the model's name.
  const strip = ({ items, lastSeq, model, ...rest }: RunView) => ({ ...rest, items: items.map(shown) });
  const stored = storedView();
  expect(stored && strip(stored)).toEqual(strip(liveView()));
  const revisions = stored?.items.flatMap((item) => (item.kind === "revision" ? [item.revision] : []));
  expect(revisions).toEqual([1, 2]);
});
