import type { TracePriority, TraceRecord } from "../spans.ts";

/** The traces of each priority that an isolate keeps between two writes of its counts. */
const maxTraces: Record<TracePriority, number> = { failed: 50, continued: 50, other: 20 };

/**
 * Keeps finished traces in memory until they are stored with the isolate's counts. The newest stay where there are too
 * many, so that neither memory nor the store grows with the traffic.
 */
export class TraceBuffer {
  #records: TraceRecord[] = [];

  /** Adds a finished trace; nothing for one that is not sampled. */
  add(record: TraceRecord | null): void {
    if (record === null) return;
    const same = this.#records.filter(({ priority }) => priority === record.priority);
    const [oldest] = same;
    if (same.length >= maxTraces[record.priority]) this.#records = this.#records.filter((one) => one !== oldest);
    this.#records.push(record);
  }

  /** @returns the traces that are not stored yet */
  unstored(): TraceRecord[] {
    return [...this.#records];
  }

  /** Forgets traces that are stored. */
  markStored(stored: readonly TraceRecord[]): void {
    const done = new Set(stored);
    this.#records = this.#records.filter((record) => !done.has(record));
  }
}
