import type { Agent, Image, Message, RunBudget, RunMode, Usage } from "../../contract/index.ts";
import type { ModelPort } from "../model/port.ts";
import type { Emit, RunCheckpoints, Workspace } from "../ports.ts";
import type { Tool } from "../tools/index.ts";
import type { BaseRevisions } from "./base-revisions.ts";

/** What a run is started, or gone on, with. */
export type RunAgentInput = {
  runId: string;
  agent: Agent;
  mode: RunMode;
  prompt: string;
  images: Image[];
  /** The project's earlier messages, oldest first, without this run's own. */
  history: Message[];
  /** Of these messages' images, those that are sent along once more, by message. The others are named. */
  earlierImages?: ReadonlyMap<string, Image[]>;
  project: { name: string };
  model: ModelPort;
  workspace: Workspace;
  journal: RunCheckpoints;
  emit: Emit;
  budget: RunBudget;
  signal: AbortSignal;
  /** Waits between attempts; tests pass one that does not. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long a tool that does not write may take, in milliseconds, so that a run ends. */
  toolMs?: number;
};

/** A summary of the earlier conversation, and what it cost. */
export type HistorySummary = { text: string; usage: Usage };

/** A run under way: its input, and what the loop keeps between steps. */
export type LoopState = Omit<RunAgentInput, "pause" | "toolMs"> & {
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  toolMs: number;
  tools: Tool[];
  system: { stable: string; own: string };
  bases: BaseRevisions;
  /** The project's head when this step began. */
  head: number;
  /** What of the earlier conversation is told as a summary. */
  earlier: HistorySummary | null;
  /** What attempts have cost that no stored turn counts yet. */
  lost: Usage;
  /** How often the model's server said that the conversation is too long: more of it is left out then. */
  trim: number;
};

/** What of a run its requests to the model are made of. */
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
>;
