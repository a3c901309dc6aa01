import type { RunEvent } from "../../../worker/contract/index.ts";
import { checkOf } from "./check-report.ts";
import { isEnded, type RunItem, type RunView, type TextItem, type ToolItem } from "./run-view.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** Replaces the newest item that matches, or adds one. */
function upsert(items: readonly RunItem[], matches: (item: RunItem) => boolean, make: (old?: RunItem) => RunItem) {
  const at = items.findLastIndex(matches);
  return at === -1 ? [...items, make()] : items.with(at, make(items[at]));
}

function foldText(view: RunView, event: EventOf<"text.delta"> | EventOf<"text.done">): RunView {
  const part = { seq: event.seq, text: event.text };
  const open = (item: RunItem) => item.kind === "text" && item.step === event.step && item.full === null;
  const make = (old?: RunItem): TextItem => {
    const item: TextItem =
      old?.kind === "text"
        ? old
        : { kind: "text", key: `text-${event.seq}`, seq: event.seq, step: event.step, parts: [], full: null };
    return event.type === "text.done" ? { ...item, full: part } : { ...item, parts: [...item.parts, part] };
  };
  return { ...view, items: upsert(view.items, open, make) };
}

function startTool(event: EventOf<"tool.started"> | EventOf<"tool.done">): ToolItem {
  const { seq, step, toolUseId, name } = event;
  return { kind: "tool", key: `tool-${seq}`, seq, step, toolUseId, name, parts: [], done: null };
}

const isOpenTool = (toolUseId: string) => (item: RunItem) =>
  item.kind === "tool" && item.toolUseId === toolUseId && item.done === null;

function foldTool(view: RunView, event: EventOf<"tool.delta"> | EventOf<"tool.done">): RunView {
  const matches = isOpenTool(event.toolUseId);
  if (event.type === "tool.delta") {
    const part = { seq: event.seq, text: event.json };
    const items = view.items.map((item) =>
      item.kind === "tool" && matches(item) ? { ...item, parts: [...item.parts, part] } : item,
    );
    return { ...view, items };
  }
  const { seq, input, result, isError } = event;
  const make = (old?: RunItem): ToolItem => ({
    ...(old?.kind === "tool" ? old : startTool(event)),
    done: { seq, input, result, isError },
  });
  return { ...view, items: upsert(view.items, matches, make) };
}

/** Returns the item as it was before `fromSeq`; null when it did not exist then. A committed revision stays. */
function before(item: RunItem, fromSeq: number): RunItem | null {
  if (item.kind === "revision" || item.kind === "retried") return item;
  if (item.seq >= fromSeq) return null;
  if (item.kind === "check") return item;
  const parts = item.parts.filter((part) => part.seq < fromSeq);
  if (item.kind === "text")
    return { ...item, parts, full: item.full !== null && item.full.seq < fromSeq ? item.full : null };
  return { ...item, parts, done: item.done !== null && item.done.seq < fromSeq ? item.done : null };
}

function foldRetry(view: RunView, event: EventOf<"step.retried">): RunView {
  const kept = view.items.map((item) => before(item, event.fromSeq)).filter((item) => item !== null);
  const note: RunItem = { kind: "retried", key: `retried-${event.seq}`, seq: event.seq, reason: event.reason };
  return { ...view, question: null, items: [...kept, note] };
}

function foldRevision(view: RunView, event: EventOf<"revision.created">): RunView {
  const { seq, revision, paths } = event;
  const same = (item: RunItem) => item.kind === "revision" && item.revision === revision;
  const make = (old?: RunItem): RunItem =>
    old ?? { kind: "revision", key: `revision-${revision}`, seq, revision, paths };
  return { ...view, items: upsert(view.items, same, make) };
}

function foldQuestion(view: RunView, { seq, question, options = [], access }: EventOf<"input.requested">): RunView {
  return { ...view, status: "waiting", question: { seq, question, options, access } };
}

type Terminal = EventOf<"run.completed"> | EventOf<"run.failed"> | EventOf<"run.cancelled">;

function foldEnd(view: RunView, event: Terminal): RunView {
  const status = event.type === "run.completed" ? "completed" : event.type === "run.failed" ? "failed" : "cancelled";
  const error = event.type === "run.failed" ? event.error : null;
  return { ...view, status, error, usage: event.usage, question: null, endedAt: event.at };
}

function step(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case "run.created":
      return { ...view, prompt: event.prompt, mode: event.mode, images: event.images ?? 0, createdAt: event.at };
    case "run.routed": {
      const { agent, confidence, reason, method, candidates } = event;
      return { ...view, agent, routing: { agent, confidence, reason, method, candidates } };
    }
    case "run.started":
      return { ...view, status: "running", started: true, model: event.model, scripted: event.scripted };
    case "step.started":
      return { ...view, status: "running", question: null };
    case "text.delta":
    case "text.done":
      return foldText(view, event);
    case "tool.started":
      return { ...view, items: [...view.items, startTool(event)] };
    case "tool.delta":
      return foldTool(view, event);
    case "tool.done":
      return { ...foldTool(view, event), status: "running", question: null };
    case "revision.created":
      return foldRevision(view, event);
    case "check.done": {
      const { seq, diagnostics } = event;
      return {
        ...view,
        items: [...view.items, { kind: "check", key: `check-${seq}`, seq, check: checkOf(diagnostics) }],
      };
    }
    case "usage.updated":
      return { ...view, usage: event.usage };
    case "step.retried":
      return foldRetry(view, event);
    case "input.requested":
      return foldQuestion(view, event);
    case "run.completed":
    case "run.failed":
    case "run.cancelled":
      return foldEnd(view, event);
    default: {
      // An event type of a newer server changes nothing.
      const unknown: never = event;
      return unknown && view;
    }
  }
}

/**
 * Returns the view after one more event. Pure. Ignores events already folded (by `seq`) and events after the run's end,
 * so that a stream joined anywhere, or read twice, yields the same view.
 */
function foldEvent(view: RunView, event: RunEvent): RunView {
  if (event.seq <= view.lastSeq || isEnded(view.status)) return view;
  return { ...step(view, event), lastSeq: event.seq };
}

export const foldEvents = (view: RunView, events: readonly RunEvent[]): RunView => events.reduce(foldEvent, view);
