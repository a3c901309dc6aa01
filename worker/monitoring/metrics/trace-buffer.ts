import type { TracePriority, TraceRecord } from "../spans.ts";

/** The traces of each priority that an isolate keeps between two writes of its counts. */
const maxTraces: Record<TracePriority, number> = { failed: 50, continued: 50, other: 20 };

/**
 * Keeps finished traces in memory until they are stored with the isolate's counts. Drops the oldest when there are too
 * many, so that neither memory nor the store grows with the traffic.
 */
export class TraceBuffer {
  #records: Record<TracePriority, TraceRecord[]> = { failed: [], continued: [], other: [] };

  /** Adds a finished trace; ignores null, which a trace is that its caller does not sample. */
  add(record: TraceRecord | null): void {
    if (record === null) return;
    const same = this.#records[record.priority];
    if (same.length >= maxTraces[record.priority]) same.shift();
    same.push(record);
  }

  /** @returns the traces that are not stored yet */
  unstored(): TraceRecord[] {
    return Object.values(this.#records).flat();
  }

  /** Drops traces that are stored. */
  markStored(stored: readonly TraceRecord[]): void {
    const done = new Set(stored);
    const rest = (records: TraceRecord[]) => records.filter((record) => !done.has(record));
    const { failed, continued, other } = this.#records;
    this.#records = { failed: rest(failed), continued: rest(continued), other: rest(other) };
  }
}
