import { isTerminal } from "../../contract/index.ts";
import type { Frame } from "../log/event-table.ts";
import type { LogPosition, ProjectLog } from "../log/project-log.ts";

const encoder = new TextEncoder();
const greeting = encoder.encode("retry: 2000\n\n");
const heartbeatComment = encoder.encode(": still here\n\n");

/** Caches each frame's encoding, which all readers share. */
const encoded = new WeakMap<Frame, Uint8Array>();

/** Where a stream starts, and whether its first event is imminent. */
export type StreamOptions = { after: number; expectImmediate?: boolean };

/**
 * Streams a run's events after `after` as Server-Sent Events, until the terminal event. The stream is pull-based:
 * events that a slow reader has not read stay in the log, not in memory.
 */
export class SseStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #log: ProjectLog;
  readonly #runId: string;
  readonly #leave: () => void;
  readonly #unwatch: () => void;
  #place: LogPosition;
  readonly #expectImmediate: boolean;
  #isGreeted = false;
  #isGone = false;
  #isAborted = false;
  #isQuiet = false;
  /** The remaining frames, once the log has been deleted. */
  #rest: Frame[] | null = null;
  /** Resolves the reader's pending pull. */
  #wakeUp: (() => void) | null = null;

  /**
   * @param expectImmediate whether the first event is imminent: the `retry` line then shares its chunk, which saves a
   * hop
   * @param onLeave called once, when the run has ended or the reader has disconnected
   */
  constructor(log: ProjectLog, runId: string, { after, expectImmediate = false }: StreamOptions, onLeave: () => void) {
    this.#expectImmediate = expectImmediate;
    this.#log = log;
    this.#runId = runId;
    this.#place = { seq: after, pos: 0 };
    this.#unwatch = log.subscribe(runId, () => this.#wakeUp?.());
    this.#leave = onLeave;
    this.body = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#end() },
      { highWaterMark: 0 },
    );
  }

  /** Called at intervals: sends a comment to a reader that has received nothing since the last call. */
  heartbeat(): void {
    if (this.#isQuiet) this.#wakeUp?.();
    this.#isQuiet = true;
  }

  /** Sends the frames that remain and ends the stream, because the log is about to be deleted. */
  close(): void {
    this.#rest = this.#next();
    this.#wakeUp?.();
  }

  /** Ends the stream at once, because its reader's credential has ended. */
  abort(): void {
    this.#isAborted = true;
    this.#wakeUp?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#isAborted) return this.#closeNow(controller);
    let frames = this.#take();
    const isGreeting = !this.#isGreeted;
    this.#isGreeted = true;
    if (isGreeting && frames.length === 0 && !this.#expectImmediate) return controller.enqueue(greeting);
    if (frames.length === 0 && this.#rest === null) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      this.#wakeUp = null;
      if (this.#isAborted) return this.#closeNow(controller);
      if (this.#isGone) return;
      frames = this.#take();
    }
    this.#isQuiet = false;
    const bytes = frames.length > 0 ? bytesOf(frames) : heartbeatComment;
    controller.enqueue(isGreeting ? joined(greeting, bytes) : bytes);
    const last = frames.at(-1);
    if (this.#rest !== null || (last && isTerminal(last.type))) {
      this.#end();
      controller.close();
    }
  }

  #take(): Frame[] {
    return this.#rest ?? this.#next();
  }

  #closeNow(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#isGone) return;
    this.#end();
    controller.close();
  }

  #next(): Frame[] {
    const { frames, place } = this.#log.readRun(this.#runId, this.#place);
    this.#place = place;
    return frames;
  }

  #end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#unwatch();
    this.#wakeUp?.();
    this.#leave();
  }
}

function bytesOf(frames: Frame[]): Uint8Array {
  const [first] = frames;
  if (frames.length > 1 || !first) return encoder.encode(frames.map(textOf).join(""));
  const known = encoded.get(first) ?? encoder.encode(textOf(first));
  encoded.set(first, known);
  return known;
}

const textOf = ({ seq, type, data }: Frame): string => `id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`;

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
