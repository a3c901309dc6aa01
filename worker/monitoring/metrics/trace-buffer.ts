import type { TraceRecord } from "../spans.ts";

/** What an isolate keeps between two writes of its counts: a failed or requested trace before any other. */
const maxWanted = 50;
const maxOthers = 20;

/**
 * Keeps finished traces in memory until they are stored with the isolate's counts. The newest stay where there are too
 * many, so that neither memory nor the store grows with the traffic.
 */
export class TraceBuffer {
  #records: TraceRecord[] = [];

  /** Adds a finished trace; nothing for one that is not sampled. */
  add(record: TraceRecord | null): void {
    if (record === null) return;
    const limit = record.isWanted ? maxWanted : maxOthers;
    const same = this.#records.filter(({ isWanted }) => isWanted === record.isWanted);
    const [oldest] = same;
    if (same.length >= limit) this.#records = this.#records.filter((one) => one !== oldest);
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
