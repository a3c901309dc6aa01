import { metrics } from "../../monitoring/index.ts";
import type { ProjectLog } from "../log/project-log.ts";
import { SseStream, type StreamOptions } from "./sse-stream.ts";

/** Two intervals are less than the 15 s within which a stream is guaranteed to send something. */
const heartbeatMs = 7_000;

/**
 * Tracks the readers of each run's stream, so that a run with `onDisconnect: "cancel"` can be cancelled when nobody
 * watches it.
 */
export class SseSubscribers {
  readonly #log: ProjectLog;
  readonly #streams = new Map<string, Set<SseStream>>();
  /** The caller that opened a stream, where it is known. */
  readonly #tags = new WeakMap<SseStream, string>();
  readonly #lastSeen = new Map<string, number>();
  #heartbeatTimer: ReturnType<typeof setInterval> | null = null;

  constructor(log: ProjectLog) {
    this.#log = log;
  }

  /**
   * Returns the milliseconds since a run was last watched or read; 0 while it is watched. The first call starts the
   * measurement.
   */
  idleMs(runId: string, now: number): number {
    const since = this.#streams.has(runId) ? now : (this.#lastSeen.get(runId) ?? now);
    this.#lastSeen.set(runId, since);
    return now - since;
  }

  /** Sends a heartbeat to the readers that have received nothing since the last one. */
  heartbeat(runId: string): void {
    for (const stream of this.#streams.get(runId) ?? []) stream.heartbeat();
  }

  /** Records that a run was read just now. */
  touch(runId: string): void {
    if (this.#lastSeen.has(runId)) this.#lastSeen.set(runId, Date.now());
  }

  /** Stops tracking a run that has ended. */
  forget(runId: string): void {
    this.#lastSeen.delete(runId);
  }

  /**
   * Opens a run's events as Server-Sent Events. Its resources are released when the reader disconnects.
   * @param tag the caller that may be disconnected when its credential ends; null when unknown
   */
  stream(runId: string, from: StreamOptions, tag: string | null): ReadableStream<Uint8Array> {
    const uncount = metrics.openStream();
    const stream: SseStream = new SseStream(this.#log, runId, from, () => {
      uncount();
      this.#leave(runId, stream);
    });
    if (tag !== null) this.#tags.set(stream, tag);
    const streams = this.#streams.get(runId) ?? new Set();
    this.#streams.set(runId, streams.add(stream));
    this.#heartbeatTimer ??= setInterval(() => this.#heartbeatAll(), heartbeatMs);
    return stream.body;
  }

  /** Ends every stream, because the log is about to be deleted. */
  close(): void {
    for (const streams of this.#streams.values()) for (const stream of streams) stream.close();
  }

  /** Aborts every stream: a client that reconnects gets the reason. */
  abort(): void {
    for (const stream of [...this.#streams.values()].flatMap((streams) => [...streams])) stream.abort();
  }

  /** Ends the streams of callers whose credential has ended. */
  closeCallers(isOver: (tag: string) => boolean): void {
    for (const stream of [...this.#streams.values()].flatMap((streams) => [...streams])) {
      const tag = this.#tags.get(stream);
      if (tag !== undefined && isOver(tag)) stream.abort();
    }
  }

  /**
   * Waits until a condition on a run's log holds or the timeout elapses. A waiting client counts as a watcher of the
   * run.
   * @param waitMs timeout in milliseconds
   */
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
