/** Detects whether pieces of work overlap in time. */
export class ConcurrencyDetector {
  readonly #going = new Set<{ isAlone: boolean }>();

  /**
   * Runs a piece of work.
   * @returns whether no other work ran at the same time
   */
  async ranAlone(work: () => Promise<void>): Promise<boolean> {
    const mine = { isAlone: this.#going.size === 0 };
    for (const other of this.#going) other.isAlone = false;
    this.#going.add(mine);
    try {
      await work();
    } finally {
      this.#going.delete(mine);
    }
    return mine.isAlone;
  }
}
