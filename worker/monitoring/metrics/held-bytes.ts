/** The platform's memory limit of an isolate. The platform does not report how much of it is in use. */
export const isolateBytes = 128 * 1024 * 1024;

/** Something that keeps bytes in memory for as long as it exists. */
export type Holder = { heldBytes(): number };

/** Interval between two polls of the objects, since there may be thousands. */
const pollIntervalMs = 1_000;

/**
 * Counts the bytes that an isolate keeps in memory: bodies, buffers, unacknowledged messages to viewers. The memory
 * alert uses these counts, since a Worker cannot see its own memory.
 */
export class HeldBytes {
  #bodies = 0;
  #peakOfBodies = 0;
  #ofHolders = 0;
  #polledAt = Number.NEGATIVE_INFINITY;
  /** Weak, so that counting an object does not keep it: a Session that hibernates is dropped without notice. */
  readonly #holders = new Set<WeakRef<Holder>>();

  /** Counts bytes until the returned function is called; further calls of it do nothing. */
  hold(bytes: number): () => void {
    let own = bytes;
    this.#bodies += own;
    this.#peakOfBodies = Math.max(this.#peakOfBodies, this.#bodies);
    return () => {
      this.#bodies -= own;
      own = 0;
    };
  }

  /** Counts the bytes of an object until it is collected. */
  watch(holder: Holder): void {
    this.#holders.add(new WeakRef(holder));
    this.#polledAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * @param now in Unix milliseconds
   * @returns the maximum since the last call
   */
  takePeak(now: number): number {
    if (now - this.#polledAt >= pollIntervalMs) {
      this.#polledAt = now;
      this.#ofHolders = 0;
      for (const reference of this.#holders) {
        const holder = reference.deref();
        if (holder === undefined) this.#holders.delete(reference);
        else this.#ofHolders += holder.heldBytes();
      }
    }
    const peak = this.#peakOfBodies + this.#ofHolders;
    this.#peakOfBodies = this.#bodies;
    return peak;
  }
}
