import type { AppAccess } from "../app-environment/index.ts";
import type {
  AppRequest,
  AppResponse,
  BatchResult,
  Diagnostic,
  EmittedEvent,
  FileContent,
  FileEntry,
  ImageType,
  Operation,
  PackageInfo,
  PackageQuery,
  PreviewLog,
  SourceFile,
  Usage,
} from "../contract/index.ts";
import type { PageLook, PageView } from "../preview/index.ts";
import type { TurnBlock, TurnEnd } from "./model/port.ts";

// The ports of the agent loop. `runs/` implements the checkpoints and the event sink, `workspace.ts` the project.

/** A batch of an agent. */
export type AgentBatch = {
  operations: Operation[];
  message: string;
  /** The revision that the batch was made against. */
  expectedRevision: number;
  /** The idempotency key of the batch: a repeated batch returns the stored result and changes nothing. */
  opId: string;
  onConflict: "merge";
};

/**
 * One project, as the agent's tools access it. Errors are AppErrors (`file_missing`, `revision_conflict`,
 * `file_too_large`, …).
 */
export type Workspace = {
  head(): Promise<number>;
  listFiles(): Promise<{ revision: number; files: FileEntry[] }>;
  readFile(path: string): Promise<FileContent | null>;
  /** Reads all contents at a revision in one request, for trees known to be small enough. */
  readTree(revision: number): Promise<SourceFile[]>;
  applyBatch(batch: AgentBatch): Promise<BatchResult>;
  /** Finds the result of a batch that was applied before, for a tool that runs again after a crash. */
  findBatch(opId: string): Promise<BatchResult | null>;
  check(): Promise<Diagnostic[]>;
  request(request: AppRequest): Promise<AppResponse>;
  logs(limit: number): Promise<PreviewLog[]>;
  /** Returns the errors and warnings that pages have reported since the head revision was created, oldest first. */
  browserErrors(): Promise<PreviewLog[]>;
  /**
   * Views a page of the app, built from the head revision, in a browser.
   * @throws AppError `dependency_down` without a browser, `build_failed`
   */
  viewPage(look: PageLook): Promise<PageView>;
  /** Returns the registry's data on a package, or a sentence on why it is unavailable. */
  packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }>;
  /** Returns the names of the app's variables and secrets, and the hosts that it may call. */
  access(): Promise<AppAccess>;
  /** Returns a host as a grant would name it, or why it can never be granted. */
  checkHost(host: string): Promise<{ host: string } | { fault: string }>;
};

/**
 * The paths that a call read or wrote, and at which revision; the base revisions are rebuilt from these after a crash.
 */
export type FileAccess = { how: "read" | "wrote"; revision: number; paths: string[] };

/** The model's turn of a step, as stored. */
export type StoredTurn = {
  content: TurnBlock[];
  stopReason: TurnEnd;
  /** The step's usage, including its failed attempts. */
  usage: Usage;
  /** The project's head when the step began. */
  head: number;
};

/** A picture in a tool's result, with its size in pixels, from which its tokens are counted. */
export type ResultImage = { mediaType: ImageType; data: string; width: number; height: number };

/** The result of a tool call, as stored. */
export type StoredResult = {
  toolUseId: string;
  name: string;
  input: unknown;
  content: string;
  isError: boolean;
  /** A picture for the model, beside the content. */
  image?: ResultImage;
  touched?: FileAccess;
  /** The number in the fence around the content in requests to the model, when the content is data. */
  fence?: string;
};

/** One stored step; `results` by the index of the call among the turn's tool calls, from 0. */
export type StoredStep = { step: number; turn: StoredTurn; results: ReadonlyMap<number, StoredResult> };

/**
 * The run's checkpoints. Where a save and an emit belong together, the loop makes both calls before it awaits either,
 * so that a store that writes synchronously commits or loses them together.
 */
export type RunCheckpoints = {
  /** Returns all stored steps, in order. */
  steps(): StoredStep[];
  /** Returns the step that was started without its turn being stored, with the `seq` of its `step.started` event. */
  openStep(): { step: number; fromSeq: number } | null;
  /** Returns the usage of model calls whose process died before a turn that counts them was stored. */
  lostUsage(): Usage;
  saveAssistant(step: number, turn: StoredTurn): void | Promise<void>;
  saveToolResult(step: number, place: number, result: StoredResult): void | Promise<void>;
};

/**
 * Appends an event to the run's log.
 * @returns its `seq`
 */
export type Emit = (event: EmittedEvent) => number;

/** A summary of a project's conversation up to and including a message. */
export type KeptSummary = { through: string; text: string };

/** Where a project keeps the summary of its conversation, from run to run. */
export type SummaryStore = {
  read(): KeptSummary | null;
  save(summary: KeptSummary): void | Promise<void>;
};
