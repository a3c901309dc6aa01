import { AsyncLocalStorage } from "node:async_hooks";
import { type Trace, traceparentOf } from "./trace.ts";

/**
 * The time that one request spent on its dependencies: milliseconds and calls by name, for Server-Timing and the log
 * line.
 */
export class Timings {
  readonly spent = new Map<string, { ms: number; calls: number }>();
  /** The request's trace; null outside of a request. */
  readonly trace: Trace | null;

  constructor(trace: Trace | null = null) {
    this.trace = trace;
  }

  add(name: string, ms: number): void {
    const entry = this.spent.get(name) ?? { ms: 0, calls: 0 };
    this.spent.set(name, { ms: entry.ms + ms, calls: entry.calls + 1 });
  }

  /** @returns the value of a Server-Timing header */
  header(totalMs: number): string {
    const parts = [...this.spent].map(([name, { ms, calls }]) => `${name};dur=${ms.toFixed(1)};desc="${calls}"`);
    return [`total;dur=${totalMs.toFixed(1)}`, ...parts].join(", ");
  }
}

const current = new AsyncLocalStorage<Timings>();

/** Runs `work` with the timings of its request, which `timed` adds to. */
export const withTimings = <T>(timings: Timings, work: () => T): T => current.run(timings, work);

/** @returns the `traceparent` that calls of the current request carry; no header outside of one */
export function traceHeaders(): Record<string, string> {
  const trace = current.getStore()?.trace;
  return trace ? { traceparent: traceparentOf(trace) } : {};
}

/** Adds the duration of `work` to the current request's timings under `name`; outside a request it only runs `work`. */
export async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const timings = current.getStore();
  if (!timings) return work();
  const from = performance.now();
  try {
    return await work();
  } finally {
    timings.add(name, performance.now() - from);
  }
}
