import { messageOf } from "../errors.ts";
import { type Background, log, type MetricsRecorder, minuteMs } from "../monitoring/index.ts";
import type { MetricsStore } from "./store.ts";

/** The interval between the writes of an isolate that serves requests. */
const busyMs = minuteMs;
/** An isolate without requests for this long writes its counts, since it may get no other request. */
const quietMs = 5_000;
/** The minimum between two writes of a quiet isolate: the platform ends an invocation 30 s after its response. */
const restMs = 24_000;
/** The time after which a later invocation takes over from one that waits for quiet. */
const reliefMs = 2_000;

/**
 * Decides when an isolate stores its counts. A busy isolate writes once a minute; one that falls silent writes
 * once more, within half a minute. No request waits for it.
 */
export class MetricsFlusher {
  readonly #recorder: MetricsRecorder;
  readonly #now: () => number;
  #storedAt: number | null = null;
  #waiting: { since: number } | null = null;

  /** @param now the clock, in Unix milliseconds */
  constructor(recorder: MetricsRecorder, now: () => number = Date.now) {
    this.#recorder = recorder;
    this.#now = now;
  }

  /**
   * Stores the counts when they are due; otherwise schedules that. Returns at once.
   * @param background keeps the invocation alive after its response
   */
  schedule(store: MetricsStore, background: Background): void {
    const now = this.#now();
    this.#storedAt ??= now;
    if (now - this.#storedAt >= busyMs) {
      this.#storedAt = now;
      background.waitUntil(this.flush(store));
    } else if (this.#waiting === null || now - this.#waiting.since >= reliefMs) {
      const own = { since: now };
      this.#waiting = own;
      background.waitUntil(this.#whenQuiet(own, store));
    }
  }

  /**
   * Stores the counts now. A failure is logged, and the next write repeats it.
   * @returns whether everything is stored
   */
  async flush(store: MetricsStore): Promise<boolean> {
    this.#storedAt = this.#now();
    const minutes = this.#recorder.unstored();
    const traces = this.#recorder.traces.unstored();
    try {
      if (minutes.length > 0 || traces.length > 0) await store.write(minutes, traces);
      this.#recorder.markStored(minutes);
      this.#recorder.traces.markStored(traces);
      return true;
    } catch (error) {
      this.#recorder.markStored([]);
      log("warn", "warn", { event: "metrics.failed", error: messageOf(error) });
      return false;
    }
  }

  async #whenQuiet(own: { since: number }, store: MetricsStore): Promise<void> {
    const rested = (this.#storedAt ?? own.since) + restMs;
    const waitMs = Math.max(quietMs, rested - own.since);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (this.#waiting !== own) return;
    this.#waiting = null;
    await this.flush(store);
  }
}
