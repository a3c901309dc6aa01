/** The memory of an isolate, by the platform's limit. The platform shows nobody how much of it is used. */
export const isolateBytes = 128 * 1024 * 1024;

/** Something that keeps bytes in memory for as long as it exists. */
export type Holder = { heldBytes(): number };

/** Interval between two polls of the objects, since there may be thousands. */
const askedEveryMs = 1_000;

/**
 * Counts the bytes that an isolate keeps in memory: bodies, buffers, messages to viewers that are not acknowledged. The
 * memory alert is evaluated on these counts, since a Worker cannot see its own memory.
 */
export class HeldBytes {
  #bodies = 0;
  #peakOfBodies = 0;
  #ofHolders = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Weak, so that counting an object does not keep it: a Session that hibernates is dropped without notice. */
  readonly #holders = new Set<WeakRef<Holder>>();

  /** Counts bytes until the returned function is called, which may be called again. */
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
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * @param now in Unix milliseconds
   * @returns the maximum since the last call
   */
  takePeak(now: number): number {
    if (now - this.#askedAt >= askedEveryMs) {
      this.#askedAt = now;
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
