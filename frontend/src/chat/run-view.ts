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

export type TextItem = {
  kind: "text";
  key: string;
  seq: number;
  step: number;
  parts: readonly Part[];
  full: Part | null;
};

export type ToolItem = {
  kind: "tool";
  key: string;
  seq: number;
  step: number;
  toolUseId: string;
  name: string;
  /** The input as it streams: JSON that is incomplete until `done`. */
  parts: readonly Part[];
  done: { seq: number; input: unknown; result: unknown; isError: boolean } | null;
};

export type RunItem =
  | TextItem
  | ToolItem
  | { kind: "revision"; key: string; seq: number; revision: number; paths: readonly string[] }
  | { kind: "check"; key: string; seq: number; check: Check }
  | { kind: "retried"; key: string; seq: number; reason: string };

/** A run's question. `seq` distinguishes it from the next. */
type Question = {
  seq: number;
  question: string;
  options: readonly string[];
  /** Set when the agent asks for access to a host. */
  access?: AccessRequest | undefined;
};

/** A run as the conversation shows it, whether folded from its events or rebuilt from its stored messages. */
export type RunView = {
  runId: string;
  prompt: string;
  /** The number of images sent with the prompt. */
  images: number;
  mode: RunMode;
  status: RunStatus;
  /** Whether it started: a prompt that is removed from the queue never does. */
  started: boolean;
  agent: string | null;
  routing: Routing | null;
  scripted: boolean;
  model: string | null;
  /** The file of the project's rules that the run follows; null without one, and for a stored turn. */
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

/** The view of a run from its record, before any event is read. */
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

/** An open question. Its text comes with the run's events, and so later than the status. */
export type Asked = { key: string; runId: string; question: string };

export const askedBy = ({ status, runId, question }: RunView): Asked | null =>
  status === "waiting"
    ? { key: `${runId} ${question?.seq ?? 0}`, runId, question: question?.question ?? "what the agent asks" }
    : null;

export const isEnded = (status: RunStatus): boolean =>
  status === "completed" || status === "failed" || status === "cancelled";

/** Whether the run changed files. */
export const hasWritten = ({ items }: RunView): boolean => items.some(({ kind }) => kind === "revision");

/** The joined text of lists of parts: joining thousands of parts again at each delta would cost more than showing them. */
const joined = new WeakMap<readonly Part[], string>();

/** Returns the text of parts. */
function join(parts: readonly Part[]): string {
  const known = joined.get(parts) ?? parts.map((part) => part.text).join("");
  joined.set(parts, known);
  return known;
}

/** Appends parts, at a cost that does not depend on the text so far. */
export function append(parts: readonly Part[], more: readonly Part[]): readonly Part[] {
  const all = [...parts, ...more];
  joined.set(all, join(parts) + more.map(({ text }) => text).join(""));
  return all;
}

export const textOf = (item: TextItem): string => item.full?.text ?? join(item.parts);
export const jsonOf = (item: ToolItem): string => join(item.parts);
