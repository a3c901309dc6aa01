/** Wakes whoever waits for a run's next event. It carries no event: the log is what readers read. */
export class Bell {
  readonly #waiting = new Map<string, Set<() => void>>();

  ring(runId: string): void {
    const waiting = this.#waiting.get(runId);
    this.#waiting.delete(runId);
    for (const wake of waiting ?? []) wake();
  }

  /** Resolves at the next ring, after `ms` at the latest, or when the signal aborts. */
  wait(runId: string, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(runId) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      waiting.add(done);
      this.#waiting.set(runId, waiting);
    });
  }
}
