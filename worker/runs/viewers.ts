import { EventStream, type From } from "./event-stream.ts";
import type { ProjectLog } from "./project-log.ts";

/** Two of these are less than the 15 s within which a stream promises to say something. */
const beatMs = 7_000;

/** Who reads which run's stream, so that a run nobody watches can be ended where it was started so. */
export class Viewers {
  readonly #log: ProjectLog;
  readonly #streams = new Map<string, Set<EventStream>>();
  /** Who opened a stream, where that is known. */
  readonly #tags = new WeakMap<EventStream, string>();
  readonly #lastSeen = new Map<string, number>();
  #beat: ReturnType<typeof setInterval> | null = null;

  constructor(log: ProjectLog) {
    this.#log = log;
  }

  /** Milliseconds since somebody last watched or read a run; 0 while somebody watches. From the first call on it is noted. */
  unwatchedFor(runId: string, now: number): number {
    const since = this.#streams.has(runId) ? now : (this.#lastSeen.get(runId) ?? now);
    this.#lastSeen.set(runId, since);
    return now - since;
  }

  /** Tells whoever has read nothing of a run since the last time that we are still here. */
  beat(runId: string): void {
    for (const stream of this.#streams.get(runId) ?? []) stream.beat();
  }

  seen(runId: string): void {
    if (this.#lastSeen.has(runId)) this.#lastSeen.set(runId, Date.now());
  }

  /** The run has ended: it does not matter any more who watches. */
  forget(runId: string): void {
    this.#lastSeen.delete(runId);
  }

  /** A run's events as Server-Sent Events. What it holds is released when the reader goes. */
  stream(runId: string, from: From, tag: string | null): ReadableStream<Uint8Array> {
    const stream: EventStream = new EventStream(this.#log, runId, from, () => this.#leave(runId, stream));
    if (tag !== null) this.#tags.set(stream, tag);
    const streams = this.#streams.get(runId) ?? new Set();
    this.#streams.set(runId, streams.add(stream));
    this.#beat ??= setInterval(() => this.#beatAll(), beatMs);
    return stream.body;
  }

  /** Ends every stream: the log is no more. */
  close(): void {
    for (const streams of this.#streams.values()) for (const stream of streams) stream.close();
  }

  /** Ends the streams of callers whose credential is over. */
  closeCallers(isOver: (tag: string) => boolean): void {
    for (const stream of [...this.#streams.values()].flatMap((streams) => [...streams])) {
      const tag = this.#tags.get(stream);
      if (tag !== undefined && isOver(tag)) stream.abort();
    }
  }

  /** Waits until something holds that shows in a run's log, or the time is over. Who waits watches. */
  async waitUntil(runId: string, holds: () => boolean, waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unwatch = this.#log.watch(runId, () => holds() && resolve());
    const timer = setTimeout(resolve, waitMs);
    const beat = setInterval(() => this.seen(runId), beatMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(beat);
      unwatch();
      this.seen(runId);
    }
  }

  held() {
    const streams = [...this.#streams.values()].reduce((sum, { size }) => sum + size, 0);
    return { streams, seen: this.#lastSeen.size, timers: this.#beat === null ? 0 : 1 };
  }

  #leave(runId: string, stream: EventStream): void {
    const streams = this.#streams.get(runId);
    streams?.delete(stream);
    if (streams?.size === 0) this.#streams.delete(runId);
    this.seen(runId);
    if (this.#streams.size > 0 || this.#beat === null) return;
    clearInterval(this.#beat);
    this.#beat = null;
  }

  #beatAll(): void {
    for (const runId of this.#streams.keys()) this.beat(runId);
  }
}
