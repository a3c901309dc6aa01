/**
 * What an isolate remembers of the database: so many things at most, of which the older half is let go when there are
 * more. It may be out of date: it is a guess, and whoever acts on it has the database say that it still holds.
 */
export class Remembered<T> {
  readonly #most: number;
  readonly #known = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  find(key: string): T | null {
    return this.#known.get(key) ?? null;
  }

  note(key: string, value: T): void {
    // Taken out first, so that what was noted again is not among the oldest.
    this.#known.delete(key);
    if (this.#known.size >= this.#most)
      for (const oldest of [...this.#known.keys()].slice(0, this.#most / 2)) this.#known.delete(oldest);
    this.#known.set(key, value);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
