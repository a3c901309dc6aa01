import { HeldBytes } from "./held-bytes.ts";
import {
  addDatabaseCall,
  addRequest,
  type CountedRequest,
  type CounterName,
  emptyMinute,
  type IsolateMinute,
  minuteMs,
  minuteOf,
} from "./isolate-minute.ts";
import { TraceBuffer } from "./trace-buffer.ts";

/** Probes of monitors and load balancers would hide the traffic of users. */
const uncounted = new Set(["/v1/health", "/v1/ready"]);

/** How long minutes that could not be stored are kept before they are dropped. */
const retentionMs = 10 * minuteMs;

/** Counts the events of one isolate by minute, in memory: counting never waits for I/O. */
export class MetricsRecorder {
  readonly #minutes = new Map<number, IsolateMinute>();
  readonly #storedVersions = new Map<number, number>();
  readonly #now: () => number;
  readonly held = new HeldBytes();
  readonly traces = new TraceBuffer();
  #isolate: string | null = null;
  #openStreams = 0;

  /** @param now the clock, in Unix milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Counts a finished request; those to `/v1/health` and `/v1/ready` do not count. */
  countRequest(request: CountedRequest): void {
    if (!uncounted.has(request.route.replace(/^\S+ /, "")))
      this.#change((minute, at) => addRequest(minute, request, at));
  }

  /**
   * Counts a call of the database.
   * @param slow the name of its statements, when it took longer than a second
   */
  countDatabaseCall(ms: number, slow: string | null = null): void {
    this.#change((minute) => addDatabaseCall(minute, ms, slow));
  }

  /** Adds to a counter. */
  count(name: CounterName, by = 1): void {
    this.#change(({ counters }) => {
      counters[name] = (counters[name] ?? 0) + by;
    });
  }

  /** Counts a stream as open until the returned function is called. */
  openStream(): () => void {
    this.#openStreams += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.#openStreams -= 1;
      isOpen = false;
    };
  }

  /** @returns the minutes that have changed since they were stored, the oldest first */
  unstored(): IsolateMinute[] {
    return [...this.#minutes.values()]
      .filter(({ minute, version }) => version > (this.#storedVersions.get(minute) ?? 0))
      .map((minute) => structuredClone(minute));
  }

  /** Drops past minutes that are stored, and those that could not be stored for ten minutes. */
  markStored(stored: readonly IsolateMinute[]): void {
    for (const { minute, version } of stored) this.#storedVersions.set(minute, version);
    const now = minuteOf(this.#now());
    for (const [start, { version }] of this.#minutes) {
      const isStored = version <= (this.#storedVersions.get(start) ?? 0);
      if (start < now && (isStored || start < now - retentionMs)) {
        this.#minutes.delete(start);
        this.#storedVersions.delete(start);
      }
    }
  }

  #change(change: (minute: IsolateMinute, at: number) => void): void {
    const at = this.#now();
    // A Worker cannot generate random values before its first request.
    this.#isolate ??= crypto.randomUUID();
    const start = minuteOf(at);
    const minute = this.#minutes.get(start) ?? emptyMinute(this.#isolate, start);
    this.#minutes.set(start, minute);
    change(minute, at);
    minute.version += 1;
    minute.heldBytes = Math.max(minute.heldBytes, this.held.takePeak(at));
    minute.openStreams = this.#openStreams;
  }
}

/** The recorder of this isolate. */
export const metrics = new MetricsRecorder();
