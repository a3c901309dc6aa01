import type {
  AccessRequest,
  Run,
  RunError,
  RunEvent,
  RunMode,
  RunStatus,
  Usage,
} from "../../../worker/contract/index.ts";
import type { Check } from "./check-report.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

export type Routing = Omit<EventOf<"run.routed">, "type" | "seq" | "runId" | "at">;

/** A streamed chunk with its sequence number, so that a retried step can remove it. */
export type Part = { seq: number; text: string };

/**
 * A text as received so far. Successive states of one text share one array, which has the parts of the longest state: a
 * long text has thousands of parts, and copying them for each group of deltas would cost more than rendering them.
 */
export type Streamed = { readonly shared: Part[]; readonly count: number; readonly text: string };

export type TextItem = {
  kind: "text";
  key: string;
  seq: number;
  step: number;
  streamed: Streamed;
  full: Part | null;
};

export type ToolItem = {
  kind: "tool";
  key: string;
  seq: number;
  step: number;
  toolUseId: string;
  name: string;
  /** The streaming input: JSON that is incomplete until `done`. */
  streamed: Streamed;
  done: { seq: number; input: unknown; result: unknown; isError: boolean } | null;
};

export type RunItem =
  | TextItem
  | ToolItem
  | { kind: "revision"; key: string; seq: number; revision: number; paths: readonly string[] }
  | { kind: "check"; key: string; seq: number; check: Check }
  | { kind: "retried"; key: string; seq: number; reason: string };

/** A run's question. `seq` tells two questions of one run apart. */
type Question = {
  seq: number;
  question: string;
  options: readonly string[];
  /** Set if the agent requests access to a host. */
  access?: AccessRequest | undefined;
};

/** A run as displayed in the conversation, either folded from its events or rebuilt from its stored messages. */
export type RunView = {
  runId: string;
  prompt: string;
  /** The number of images sent with the prompt. */
  images: number;
  mode: RunMode;
  status: RunStatus;
  /** Whether the run started. A prompt that was removed from the queue never starts. */
  started: boolean;
  agent: string | null;
  routing: Routing | null;
  scripted: boolean;
  model: string | null;
  /** The path of the project's rules that the run follows; null without rules, and for a stored turn. */
  rules: string | null;
  items: readonly RunItem[];
  usage: Usage | null;
  error: RunError | null;
  question: Question | null;
  lastSeq: number;
  createdAt: string;
  endedAt: string | null;
};

export const emptyView = (runId: string, createdAt: string): RunView => ({
  runId,
  prompt: "",
  images: 0,
  mode: "build",
  status: "queued",
  started: false,
  agent: null,
  routing: null,
  scripted: false,
  model: null,
  rules: null,
  items: [],
  usage: null,
  error: null,
  question: null,
  lastSeq: 0,
  createdAt,
  endedAt: null,
});

/** Returns the view of a run from its record, before any event has arrived. */
export const viewOfRun = (run: Run): RunView => ({
  ...emptyView(run.id, run.createdAt),
  prompt: run.prompt,
  mode: run.mode,
  status: run.status,
  started: run.startedAt !== undefined,
  agent: run.agent,
  routing: run.routing,
  scripted: run.scripted,
  usage: run.usage,
  error: run.error ?? null,
  endedAt: run.endedAt ?? null,
});

/** An open question. Its text comes with the run's events, and therefore later than the status. */
export type Asked = { key: string; runId: string; question: string };

export const askedBy = ({ status, runId, question }: RunView): Asked | null =>
  status === "waiting"
    ? { key: `${runId} ${question?.seq ?? 0}`, runId, question: question?.question ?? "what the agent asks" }
    : null;

export const isEnded = (status: RunStatus): boolean =>
  status === "completed" || status === "failed" || status === "cancelled";

/** Whether the run has changed files. */
export const hasWritten = ({ items }: RunView): boolean => items.some(({ kind }) => kind === "revision");

const join = (parts: readonly Part[]): string => parts.map(({ text }) => text).join("");

/** Creates a streamed text from its parts. */
export const streamOf = (parts: Part[] = []): Streamed => ({ shared: parts, count: parts.length, text: join(parts) });

/** Appends parts. The cost does not depend on the length of the existing text. */
export function append({ shared, count, text }: Streamed, more: readonly Part[]): Streamed {
  // Another text was already appended to the same state, such as when React computes a state twice.
  const parts = shared.length === count ? shared : shared.slice(0, count);
  for (const part of more) parts.push(part);
  return { shared: parts, count: parts.length, text: text + join(more) };
}

/** Returns the text's state before `fromSeq`. */
export const streamedBefore = ({ shared, count }: Streamed, fromSeq: number): Streamed =>
  streamOf(shared.slice(0, count).filter(({ seq }) => seq < fromSeq));

export const textOf = (item: TextItem): string => item.full?.text ?? item.streamed.text;
export const jsonOf = (item: ToolItem): string => item.streamed.text;
