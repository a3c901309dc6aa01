import type { Agent, Image, Message, RunBudget, RunMode, Usage } from "../../contract/index.ts";
import type { ModelPort } from "../model/port.ts";
import type { Emit, RunCheckpoints, SummaryStore, Workspace } from "../ports.ts";
import type { ProjectRules } from "../project-rules.ts";
import type { Tool } from "../tools/index.ts";
import type { BaseRevisions } from "./base-revisions.ts";

/** The input of a run, the same when it starts and when it resumes. */
export type RunAgentInput = {
  runId: string;
  agent: Agent;
  mode: RunMode;
  prompt: string;
  images: Image[];
  /** The project's earlier messages, oldest first, without this run's own. */
  history: Message[];
  /** The images of these messages to include again, by message id; placeholders stand for the others. */
  earlierImages?: ReadonlyMap<string, Image[]>;
  project: { name: string };
  /** The project's rules at the time when this process began the run. */
  rules?: ProjectRules | null;
  model: ModelPort;
  workspace: Workspace;
  journal: RunCheckpoints;
  /** The store of the project's conversation summary; without a store the loop makes no summary. */
  summaries?: SummaryStore;
  emit: Emit;
  /** Resolves when the emitted events have been sent to the run's viewers, so that later work does not delay them. */
  delivered?: () => Promise<void>;
  budget: RunBudget;
  signal: AbortSignal;
  /** Waits between attempts; tests inject one that returns at once. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Timeout of a tool that does not write, in milliseconds. */
  toolMs?: number;
};

/** A summary of the earlier conversation, and its cost. */
export type HistorySummary = { text: string; usage: Usage };

/** The state of a run in progress: its input, and what the loop keeps between steps. */
export type LoopState = Omit<RunAgentInput, "pause" | "toolMs"> & {
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  toolMs: number;
  tools: Tool[];
  system: { stable: string; own: string };
  bases: BaseRevisions;
  /** The project's head when the current step began. */
  head: number;
  /** The summary of the messages that do not fit, if any. */
  earlier: HistorySummary | null;
  /** The usage of attempts that no stored turn includes yet. */
  lost: Usage;
  /** How often the model's server has refused the conversation as too long; each refusal elides more of it. */
  trim: number;
  /** Set when the model's server refused a request with pictures of pages; later requests omit them. */
  withoutPictures?: true;
};

/** The part of the state that requests to the model are built from. */
export type RequestInputs = Pick<
  LoopState,
  | "agent"
  | "system"
  | "tools"
  | "budget"
  | "history"
  | "earlierImages"
  | "prompt"
  | "images"
  | "earlier"
  | "model"
  | "trim"
  | "withoutPictures"
>;
