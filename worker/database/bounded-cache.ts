/**
 * An isolate's cache of rows read from the database: at most `maxEntries` entries; a full cache evicts the older half.
 * An entry may be stale, so a statement that acts on one must verify it.
 */
export class BoundedCache<T> {
  readonly #maxEntries: number;
  readonly #entries = new Map<string, T>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): T | null {
    return this.#entries.get(key) ?? null;
  }

  set(key: string, value: T): void {
    // Deleted first, so that a set entry becomes the newest.
    this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries)
      for (const oldest of [...this.#entries.keys()].slice(0, this.#maxEntries / 2)) this.#entries.delete(oldest);
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
