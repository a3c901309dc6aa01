import { isTerminal } from "../../contract/index.ts";
import type { Frame } from "../log/event-table.ts";
import type { LogPosition, ProjectLog } from "../log/project-log.ts";

const encoder = new TextEncoder();
const greeting = encoder.encode("retry: 2000\n\n");
const heartbeatComment = encoder.encode(": still here\n\n");

/** One encoding of a frame, however many watch. */
const encoded = new WeakMap<Frame, Uint8Array>();

export type StreamOptions = { after: number; expectImmediate?: boolean };

/**
 * A run's events after `after` as Server-Sent Events, live until the terminal one. The stream is pulled: what a slow
 * reader has not taken stays in the log, not in memory.
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
  /** What is still to be read once the log is no more. */
  #rest: Frame[] | null = null;
  /** Lets the reader's waiting pull go on. */
  #wakeUp: (() => void) | null = null;

  /**
   * @param expectImmediate whether there will be something to read in a moment: the greeting goes along with it then, since a piece
   *   of its own is one more on the way to the reader
   * @param onLeave called once: when the run has ended, or the reader has gone
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

  /** Comes at intervals: a reader who has heard nothing since the last one is told that we are still here. */
  heartbeat(): void {
    if (this.#isQuiet) this.#wakeUp?.();
    this.#isQuiet = true;
  }

  /** There will be nothing more in the log: the reader gets what is there now, and the stream ends. */
  close(): void {
    this.#rest = this.#next();
    this.#wakeUp?.();
  }

  /** Ends the stream where it stands: its reader may not have any more of it. */
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
