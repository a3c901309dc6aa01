const POLL_MS = 10;

/**
 * Runs one task at a time in an isolate that several requests share. A waiting request polls with a timer of its own: a
 * promise of another request's context may never resolve after that request is cancelled. For the same reason the lock
 * is a lease, which expires when a cancelled request never releases it.
 */
export class OneAtATime {
  readonly #leaseMs: number;
  #holder: symbol | null = null;
  #leasedUntil = 0;

  /** @param leaseMs how long one task may hold the lease, in milliseconds */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Runs `work` once no earlier task holds the lease, and returns its result. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#holder !== null && Date.now() < this.#leasedUntil)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const holder = Symbol();
    this.#holder = holder;
    this.#leasedUntil = Date.now() + this.#leaseMs;
    try {
      return await work();
    } finally {
      if (this.#holder === holder) this.#holder = null;
    }
  }
}
