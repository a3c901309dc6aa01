import type {
  AppRequest,
  AppResponse,
  BatchResult,
  Diagnostic,
  EmittedEvent,
  FileContent,
  FileEntry,
  Operation,
  PackageInfo,
  PackageQuery,
  PreviewLog,
  SourceFile,
  Usage,
} from "../contract/index.ts";
import type { TurnBlock, TurnEnd } from "./model/port.ts";

/** What the loop needs of the world around it. `runs/` supplies the journal and the sink, `workspace.ts` the project. */

export type AgentBatch = {
  operations: Operation[];
  message: string;
  /** The revision the batch was made against. */
  expectedRevision: number;
  /** The batch's own id: sending it again gives the stored result and changes nothing. */
  opId: string;
  onConflict: "merge";
};

/** One project as the agent's tools see it. Faults are AppErrors (`file_missing`, `revision_conflict`, `file_too_large`, …). */
export type Workspace = {
  head(): Promise<number>;
  listFiles(): Promise<{ revision: number; files: FileEntry[] }>;
  readFile(path: string): Promise<FileContent | null>;
  /** All contents at a revision in one request: for trees known to be small enough. */
  readTree(revision: number): Promise<SourceFile[]>;
  applyBatch(batch: AgentBatch): Promise<BatchResult>;
  /** The result of a batch that was applied before, by its id: what a tool asks when it runs again after a crash. */
  findBatch(opId: string): Promise<BatchResult | null>;
  check(): Promise<Diagnostic[]>;
  request(request: AppRequest): Promise<AppResponse>;
  logs(limit: number): Promise<PreviewLog[]>;
  /** What pages have reported as errors and warnings since the head revision was made, oldest first. */
  browserErrors(): Promise<PreviewLog[]>;
  /** What the package registry has of a package, or a sentence on why it cannot be had. */
  packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }>;
};

/** The paths a call read or wrote, and the revision it did so at: from these the bases are rebuilt after a crash. */
export type FileAccess = { how: "read" | "wrote"; revision: number; paths: string[] };

export type StoredTurn = {
  content: TurnBlock[];
  stopReason: TurnEnd;
  /** What the step cost, attempts that failed included. */
  usage: Usage;
  /** The project's head when the step began. */
  head: number;
};

export type StoredResult = {
  toolUseId: string;
  name: string;
  input: unknown;
  content: string;
  isError: boolean;
  touched?: FileAccess;
  /** The number in the marks between which the model is given the content, where that is data. */
  fence?: string;
};

/** One step as it was stored; `results` by the call's place among the turn's tool calls, from 0. */
export type StoredStep = { step: number; turn: StoredTurn; results: ReadonlyMap<number, StoredResult> };

/**
 * The run's checkpoints. Where a save and an emit belong together, the loop makes both calls before it awaits either:
 * a store that writes synchronously can keep or lose them as one.
 */
export type RunCheckpoints = {
  /** All stored steps, in order. */
  steps(): StoredStep[];
  /** The step that was started and whose turn was never stored, with the number of its `step.started` event. */
  openStep(): { step: number; fromSeq: number } | null;
  /** What calls of the model used whose process died before a turn that counts them was stored. */
  lostUsage(): Usage;
  saveAssistant(step: number, turn: StoredTurn): void | Promise<void>;
  saveToolResult(step: number, place: number, result: StoredResult): void | Promise<void>;
};

/** Appends an event to the run's log. @returns the number it got. */
export type Emit = (event: EmittedEvent) => number;
