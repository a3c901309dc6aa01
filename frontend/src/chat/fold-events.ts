import type { RunEvent } from "../../../worker/contract/index.ts";
import { checkOf } from "./check-report.ts";
import {
  append,
  isEnded,
  type RunItem,
  type RunView,
  streamedBefore,
  streamOf,
  type TextItem,
  type ToolItem,
} from "./run-view.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** Replaces the newest item that matches, or appends a new item. */
function upsert(items: readonly RunItem[], matches: (item: RunItem) => boolean, make: (old?: RunItem) => RunItem) {
  const at = items.findLastIndex(matches);
  return at === -1 ? [...items, make()] : items.with(at, make(items[at]));
}

type TextDelta = EventOf<"text.delta">;
type ToolDelta = EventOf<"tool.delta">;

const isOpenText = (step: number) => (item: RunItem) =>
  item.kind === "text" && item.step === step && item.full === null;

const startText = ({ seq, step }: TextDelta | EventOf<"text.done">): TextItem => ({
  kind: "text",
  key: `text-${seq}`,
  seq,
  step,
  streamed: streamOf(),
  full: null,
});

/** Folds consecutive deltas of one text. */
function foldTextDeltas(view: RunView, first: TextDelta, deltas: readonly TextDelta[]): RunView {
  const more = deltas.map(({ seq, text }) => ({ seq, text }));
  const make = (old?: RunItem): TextItem => {
    const item = old?.kind === "text" ? old : startText(first);
    return { ...item, streamed: append(item.streamed, more) };
  };
  return { ...view, items: upsert(view.items, isOpenText(first.step), make) };
}

function foldText(view: RunView, event: EventOf<"text.done">): RunView {
  const full = { seq: event.seq, text: event.text };
  const make = (old?: RunItem): TextItem => ({ ...(old?.kind === "text" ? old : startText(event)), full });
  return { ...view, items: upsert(view.items, isOpenText(event.step), make) };
}

function startTool(event: EventOf<"tool.started"> | EventOf<"tool.done">): ToolItem {
  const { seq, step, toolUseId, name } = event;
  return { kind: "tool", key: `tool-${seq}`, seq, step, toolUseId, name, streamed: streamOf(), done: null };
}

const isOpenTool = (toolUseId: string) => (item: RunItem) =>
  item.kind === "tool" && item.toolUseId === toolUseId && item.done === null;

/** Folds consecutive deltas of one tool's input. */
function foldToolDeltas(view: RunView, toolUseId: string, deltas: readonly ToolDelta[]): RunView {
  const matches = isOpenTool(toolUseId);
  const more = deltas.map(({ seq, json }) => ({ seq, text: json }));
  const items = view.items.map((item) =>
    item.kind === "tool" && matches(item) ? { ...item, streamed: append(item.streamed, more) } : item,
  );
  return { ...view, items };
}

function foldTool(view: RunView, event: EventOf<"tool.done">): RunView {
  const { seq, input, result, isError } = event;
  const make = (old?: RunItem): ToolItem => ({
    ...(old?.kind === "tool" ? old : startTool(event)),
    done: { seq, input, result, isError },
  });
  return { ...view, items: upsert(view.items, isOpenTool(event.toolUseId), make) };
}

/** Returns the item's state before `fromSeq`; null if it did not exist then. A committed revision stays. */
function before(item: RunItem, fromSeq: number): RunItem | null {
  if (item.kind === "revision" || item.kind === "retried") return item;
  if (item.seq >= fromSeq) return null;
  if (item.kind === "check") return item;
  const streamed = streamedBefore(item.streamed, fromSeq);
  if (item.kind === "text")
    return { ...item, streamed, full: item.full !== null && item.full.seq < fromSeq ? item.full : null };
  return { ...item, streamed, done: item.done !== null && item.done.seq < fromSeq ? item.done : null };
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
      return {
        ...view,
        status: "running",
        started: true,
        model: event.model,
        scripted: event.scripted,
        rules: event.rules?.path ?? null,
      };
    case "step.started":
      return { ...view, status: "running", question: null };
    case "text.delta":
      return foldTextDeltas(view, event, [event]);
    case "text.done":
      return foldText(view, event);
    case "tool.started":
      return { ...view, items: [...view.items, startTool(event)] };
    case "tool.delta":
      return foldToolDeltas(view, event.toolUseId, [event]);
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
      // An event type added by a newer server changes nothing.
      const unknown: never = event;
      return unknown && view;
    }
  }
}

/** Whether two events are deltas of one text or of one tool's input. */
const isSameStream = (a: RunEvent, b: RunEvent): boolean =>
  (a.type === "text.delta" && b.type === "text.delta" && a.step === b.step) ||
  (a.type === "tool.delta" && b.type === "tool.delta" && a.toolUseId === b.toolUseId);

/** Groups consecutive deltas of one stream, so that each group copies the item only once. */
function grouped(events: readonly RunEvent[]): RunEvent[][] {
  const groups: RunEvent[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const previous = group?.at(-1);
    if (group !== undefined && previous !== undefined && isSameStream(previous, event)) group.push(event);
    else groups.push([event]);
  }
  return groups;
}

/** Returns the view after a group: either a single event, or deltas of one stream. */
function foldGroup(view: RunView, events: readonly RunEvent[]): RunView {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined || isEnded(view.status)) return view;
  if (first.type === "text.delta")
    return { ...foldTextDeltas(view, first, events.filter(isTextDelta)), lastSeq: last.seq };
  if (first.type === "tool.delta")
    return { ...foldToolDeltas(view, first.toolUseId, events.filter(isToolDelta)), lastSeq: last.seq };
  return { ...step(view, first), lastSeq: first.seq };
}

const isTextDelta = (event: RunEvent): event is TextDelta => event.type === "text.delta";
const isToolDelta = (event: RunEvent): event is ToolDelta => event.type === "tool.delta";

/**
 * Returns the view after more events. Pure. Ignores events that are already folded (by `seq`) and events after the
 * run's end, so that a stream that is joined midway, or read twice, yields the same view.
 */
export function foldEvents(view: RunView, events: readonly RunEvent[]): RunView {
  let last = view.lastSeq;
  const fresh = events.filter(({ seq }) => {
    if (seq <= last) return false;
    last = seq;
    return true;
  });
  return grouped(fresh).reduce(foldGroup, view);
}
