import type { Message, Run } from "../../../worker/contract/index.ts";
import { checkInReport } from "./check-report.ts";
import { emptyView, isEnded, type RunItem, type RunView, streamOf, textOf, viewOfRun } from "./run-view.ts";
import { revisionIn, writes } from "./tool-labels.ts";

const promptOf = (message: Message): string =>
  message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");

const imagesIn = (message: Message): number => message.content.filter(({ type }) => type === "image").length;

/** Extracts the revision or check from a tool's result, since a stored message has no separate part for either. */
function outcomeOf(tool: string, result: unknown, key: string): RunItem[] {
  const check = tool === "check" ? checkInReport(result) : null;
  if (check !== null) return [{ kind: "check", key: `${key}-check`, seq: 0, check }];
  // Other tools return a revision too: listing files returns the revision that it read.
  const made = writes(tool) ? revisionIn(result) : null;
  return made === null ? [] : [{ kind: "revision", key: `${key}-revision`, seq: 0, ...made }];
}

/** Converts a stored answer to items. */
function itemsOf(message: Message): RunItem[] {
  return message.content.flatMap((part, index): RunItem[] => {
    const place = { key: `${message.id}-${index}`, seq: 0, step: 0, streamed: streamOf() };
    if (part.type === "text") return [{ kind: "text", ...place, full: { seq: 0, text: part.text } }];
    if (part.type === "image" || part.type === "end") return [];
    const { name, input, result, isError } = part;
    const tool: RunItem = {
      kind: "tool",
      ...place,
      toolUseId: place.key,
      name,
      done: { seq: 0, input, result, isError },
    };
    return isError ? [tool] : [tool, ...outcomeOf(name, result, place.key)];
  });
}

/**
 * Drops the sentence by which older stored messages, which have no `end` part, report the run's end. The run's record
 * contains the end.
 */
function withoutLegacyEnd(items: RunItem[], run: Run | undefined): RunItem[] {
  const last = items.at(-1);
  const said = run?.status === "cancelled" ? "This run was cancelled." : `This run failed: ${run?.error?.detail}`;
  return last?.kind === "text" && textOf(last) === said ? items.slice(0, -1) : items;
}

/** Returns the end of a run from its stored answer, for a run whose record is not loaded. */
function endIn(messages: readonly Message[]): Pick<RunView, "status" | "error"> {
  const part = messages.at(-1)?.content.find(({ type }) => type === "end");
  return part?.type === "end"
    ? { status: part.status, error: part.error ?? null }
    : { status: "completed", error: null };
}

/** Rebuilds a turn from its stored messages and the run's record. */
function storedView(key: string, messages: readonly Message[], run: Run | undefined): RunView {
  const first = messages[0];
  const base = run === undefined ? emptyView(key, first?.createdAt ?? "") : viewOfRun(run);
  const asked = messages.find((message) => message.role === "user");
  const answers = messages.filter((message) => message.role === "assistant");
  const items = answers.flatMap(itemsOf);
  return {
    ...base,
    ...(run === undefined ? { ...endIn(answers), started: items.length > 0 } : {}),
    agent: base.agent ?? answers[0]?.agent ?? null,
    prompt: asked === undefined ? base.prompt : promptOf(asked),
    images: asked === undefined ? base.images : imagesIn(asked),
    items: withoutLegacyEnd(items, run),
  };
}

/** Adopts the run's end from its record, which may be ahead of the stream: cancelling responds immediately. */
function withRecord(view: RunView, run: Run | undefined): RunView {
  if (run === undefined || isEnded(view.status) || !isEnded(run.status)) return view;
  return { ...view, status: run.status, error: run.error ?? null, question: null, endedAt: run.endedAt ?? null };
}

type Grouped = ReadonlyMap<string, readonly Message[]>;
const groups = new WeakMap<readonly Message[], Grouped>();

/** Groups messages by turn, once per list, since a streaming run rebuilds the turns thirty times a second. */
function byTurn(messages: readonly Message[]): Grouped {
  const known = groups.get(messages) ?? Map.groupBy(messages, (message) => message.runId ?? message.id);
  groups.set(messages, known);
  return known;
}

type Stored = { messages: readonly Message[]; run: Run | undefined; view: RunView };
const stored = new WeakMap<Message | Run, Stored>();

const isSame = (one: readonly Message[], other: readonly Message[]): boolean =>
  one.length === other.length && one.every((message, index) => message === other[index]);

/**
 * Returns the view of a stored turn. Returns the same object while its messages and run are unchanged, so that it
 * renders once.
 */
function viewOfStored(key: string, messages: readonly Message[], run: Run | undefined): RunView {
  const anchor = messages[0] ?? run;
  if (anchor === undefined) return storedView(key, messages, run);
  const known = stored.get(anchor);
  if (known !== undefined && known.run === run && isSame(known.messages, messages)) return known.view;
  const view = storedView(key, messages, run);
  stored.set(anchor, { messages, run, view });
  return view;
}

const none: readonly Message[] = [];

/**
 * Compares by creation time. Timestamps in one format compare as text; a locale-aware comparison would take
 * milliseconds.
 */
const byTime = (a: { createdAt: string }, b: { createdAt: string }): number =>
  a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0;

type Known = {
  /** Oldest first. */
  messages: readonly Message[];
  runs: readonly Run[];
  /** The views of the runs that were streamed since the page was opened, by run id. */
  views: ReadonlyMap<string, RunView>;
  hasOlder: boolean;
};

/** Returns the time of the oldest loaded message. Older runs belong to messages that are not loaded. */
const startOf = ({ messages, hasOlder }: Known): string => (hasOlder ? (messages[0]?.createdAt ?? "") : "");

/**
 * Builds the conversation, oldest turn first. Each run appears once: built from its events if they were read, and
 * otherwise from its messages.
 */
export function buildTurns(known: Known): RunView[] {
  const grouped = byTurn(known.messages);
  const runs = new Map(known.runs.map((run) => [run.id, run]));
  const start = startOf(known);
  const shown = known.runs.filter((run) => grouped.has(run.id) || run.createdAt >= start).map((run) => run.id);
  const turns = [...new Set([...grouped.keys(), ...shown, ...known.views.keys()])].map((key) => {
    const view = known.views.get(key);
    const run = runs.get(key);
    if (view !== undefined && view.lastSeq > 0) return withRecord(view, run);
    return viewOfStored(key, grouped.get(key) ?? none, run);
  });
  // A run's events begin a moment after its record is created. A prompt of another window may fall in between.
  const at = ({ runId, createdAt }: RunView) => ({ createdAt: runs.get(runId)?.createdAt ?? createdAt });
  return turns.sort((a, b) => byTime(at(a), at(b)));
}

/** The maximum number of ended runs to replay when the page opens. Older runs are shown from their record. */
const replayed = 5;

/**
 * Returns the runs whose events must be read, oldest first: active runs, and ended runs whose answer is not stored yet.
 */
export function runsToStream(known: Known): string[] {
  const answered = new Set(known.messages.filter((one) => one.role === "assistant").map((one) => one.runId));
  const start = startOf(known);
  const fresh = known.runs
    .filter((run) => isEnded(run.status) && !answered.has(run.id) && run.createdAt >= start && run.lastSeq > 0)
    .sort((a, b) => byTime(b, a))
    .slice(0, replayed);
  return [...known.runs.filter((run) => !isEnded(run.status)), ...fresh].sort(byTime).map((run) => run.id);
}
