/** Limits open connections with a semaphore. Waiting tasks run in order. */
export class Connections {
  #free: number;
  readonly #waiting: { count: number; start: () => void }[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /**
   * Runs a task that opens up to `count` connections at once. It acquires them together, so that tasks cannot
   * deadlock.
   */
  async run<T>(count: number, task: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || this.#free < count) {
      await new Promise<void>((start) => this.#waiting.push({ count, start }));
    } else {
      this.#free -= count;
    }
    try {
      return await task();
    } finally {
      this.#free += count;
      this.#startWaiting();
    }
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.count <= this.#free; next = this.#waiting[0]) {
      this.#free -= next.count;
      this.#waiting.shift();
      next.start();
    }
  }
}
