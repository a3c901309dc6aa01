import type { ProjectLog } from "../log/project-log.ts";
import { SseStream, type StreamOptions } from "./sse-stream.ts";

/** Two of these are less than the 15 s within which a stream promises to say something. */
const heartbeatMs = 7_000;

/** Who reads which run's stream, so that a run nobody watches can be ended where it was started so. */
export class SseSubscribers {
  readonly #log: ProjectLog;
  readonly #streams = new Map<string, Set<SseStream>>();
  /** Who opened a stream, where that is known. */
  readonly #tags = new WeakMap<SseStream, string>();
  readonly #lastSeen = new Map<string, number>();
  #heartbeatTimer: ReturnType<typeof setInterval> | null = null;

  constructor(log: ProjectLog) {
    this.#log = log;
  }

  /** Milliseconds since somebody last watched or read a run; 0 while somebody watches. From the first call on it is noted. */
  idleMs(runId: string, now: number): number {
    const since = this.#streams.has(runId) ? now : (this.#lastSeen.get(runId) ?? now);
    this.#lastSeen.set(runId, since);
    return now - since;
  }

  /** Tells whoever has read nothing of a run since the last time that we are still here. */
  heartbeat(runId: string): void {
    for (const stream of this.#streams.get(runId) ?? []) stream.heartbeat();
  }

  touch(runId: string): void {
    if (this.#lastSeen.has(runId)) this.#lastSeen.set(runId, Date.now());
  }

  /** The run has ended: it does not matter any more who watches. */
  forget(runId: string): void {
    this.#lastSeen.delete(runId);
  }

  /** A run's events as Server-Sent Events. What it holds is released when the reader goes. */
  stream(runId: string, from: StreamOptions, tag: string | null): ReadableStream<Uint8Array> {
    const stream: SseStream = new SseStream(this.#log, runId, from, () => this.#leave(runId, stream));
    if (tag !== null) this.#tags.set(stream, tag);
    const streams = this.#streams.get(runId) ?? new Set();
    this.#streams.set(runId, streams.add(stream));
    this.#heartbeatTimer ??= setInterval(() => this.#heartbeatAll(), heartbeatMs);
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
    const unwatch = this.#log.subscribe(runId, () => holds() && resolve());
    const timer = setTimeout(resolve, waitMs);
    const beat = setInterval(() => this.touch(runId), heartbeatMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(beat);
      unwatch();
      this.touch(runId);
    }
  }

  resourceCounts() {
    const streams = [...this.#streams.values()].reduce((sum, { size }) => sum + size, 0);
    return { streams, seen: this.#lastSeen.size, timers: this.#heartbeatTimer === null ? 0 : 1 };
  }

  #leave(runId: string, stream: SseStream): void {
    const streams = this.#streams.get(runId);
    streams?.delete(stream);
    if (streams?.size === 0) this.#streams.delete(runId);
    this.touch(runId);
    if (this.#streams.size > 0 || this.#heartbeatTimer === null) return;
    clearInterval(this.#heartbeatTimer);
    this.#heartbeatTimer = null;
  }

  #heartbeatAll(): void {
    for (const runId of this.#streams.keys()) this.heartbeat(runId);
  }
}
