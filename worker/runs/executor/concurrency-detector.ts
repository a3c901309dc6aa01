/** Tells of pieces of work whether any other was under way at the same time. */
export class ConcurrencyDetector {
  readonly #going = new Set<{ isAlone: boolean }>();

  /** @returns whether no other work was under way while this was */
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
