import type { Message, Run } from "../../../worker/contract/index.ts";
import { checkInReport } from "./check-report.ts";
import { emptyView, isEnded, type RunItem, type RunView, textOf, viewOfRun } from "./run-view.ts";
import { revisionIn, writes } from "./tool-labels.ts";

const promptOf = (message: Message): string =>
  message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");

const imagesIn = (message: Message): number => message.content.filter(({ type }) => type === "image").length;

/** What a tool's result tells of: a message has no place of its own for a revision or for what a check found. */
function outcomeOf(tool: string, result: unknown, key: string): RunItem[] {
  const check = tool === "check" ? checkInReport(result) : null;
  if (check !== null) return [{ kind: "check", key: `${key}-check`, seq: 0, check }];
  // Others tell of a revision too: listing the files names the one that was looked at.
  const made = writes(tool) ? revisionIn(result) : null;
  return made === null ? [] : [{ kind: "revision", key: `${key}-revision`, seq: 0, ...made }];
}

/** A stored answer as items. */
function itemsOf(message: Message): RunItem[] {
  return message.content.flatMap((part, index): RunItem[] => {
    const place = { key: `${message.id}-${index}`, seq: 0, step: 0, parts: [] };
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

/** Messages stored before there was an `end` part say the end as a text, which the run's record says too. */
function withoutLegacyEnd(items: RunItem[], run: Run | undefined): RunItem[] {
  const last = items.at(-1);
  const said = run?.status === "cancelled" ? "This run was cancelled." : `This run failed: ${run?.error?.detail}`;
  return last?.kind === "text" && textOf(last) === said ? items.slice(0, -1) : items;
}

/** How a run ended, as its answer says it: the run's record may not be among those that are loaded. */
function endIn(messages: readonly Message[]): Pick<RunView, "status" | "error"> {
  const part = messages.at(-1)?.content.find(({ type }) => type === "end");
  return part?.type === "end"
    ? { status: part.status, error: part.error ?? null }
    : { status: "completed", error: null };
}

/** A turn rebuilt from what is stored: its messages, and what the run's record says of it. */
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

/** The record may know of the end before the stream tells of it: a cancel answers at once. */
function withRecord(view: RunView, run: Run | undefined): RunView {
  if (run === undefined || isEnded(view.status) || !isEnded(run.status)) return view;
  return { ...view, status: run.status, error: run.error ?? null, question: null, endedAt: run.endedAt ?? null };
}

function byTurn(messages: readonly Message[]): Map<string, Message[]> {
  return Map.groupBy(messages, (message) => message.runId ?? message.id);
}

type Known = {
  /** Oldest first. */
  messages: readonly Message[];
  runs: readonly Run[];
  /** What was streamed since the page was opened, by run. */
  views: ReadonlyMap<string, RunView>;
  hasOlder: boolean;
};

/** The start of what is loaded: runs before it belong to messages that are not. */
const startOf = ({ messages, hasOlder }: Known): string => (hasOlder ? (messages[0]?.createdAt ?? "") : "");

/** The conversation, oldest turn first: each run once, from its events where they were read, else from its messages. */
export function buildTurns(known: Known): RunView[] {
  const grouped = byTurn(known.messages);
  const runs = new Map(known.runs.map((run) => [run.id, run]));
  const start = startOf(known);
  const shown = known.runs.filter((run) => grouped.has(run.id) || run.createdAt >= start).map((run) => run.id);
  const turns = [...new Set([...grouped.keys(), ...shown, ...known.views.keys()])].map((key) => {
    const view = known.views.get(key);
    const run = runs.get(key);
    if (view !== undefined && view.lastSeq > 0) return withRecord(view, run);
    return storedView(key, grouped.get(key) ?? [], run);
  });
  return turns.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** At most this many ended runs are read again when the page opens; older ones show what their record says. */
const replayed = 5;

/** The runs whose events are to be read, oldest first: those that go on, and those too fresh to have their answer stored. */
export function runsToStream(known: Known): string[] {
  const answered = new Set(known.messages.filter((one) => one.role === "assistant").map((one) => one.runId));
  const start = startOf(known);
  const fresh = known.runs
    .filter((run) => isEnded(run.status) && !answered.has(run.id) && run.createdAt >= start && run.lastSeq > 0)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(0, replayed);
  return [...known.runs.filter((run) => !isEnded(run.status)), ...fresh]
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((run) => run.id);
}
