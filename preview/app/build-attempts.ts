const KEY = "build-attempts";
/**
 * The maximum number of lost attempts per build. Another build in the same isolate may have caused the first loss, so
 * the limit is two.
 */
const MOST = 2;

type Attempts = Record<string, number>;

/**
 * Counts builds that started and never ended because the isolate exceeded its CPU time or memory. Without the count,
 * each visit would restart such a build and stop the other work in its isolate.
 */
export class BuildAttempts {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Records the start of a build.
   * @returns false when the build was lost too often to be started again
   */
  async begin(revision: number): Promise<boolean> {
    const attempts = this.#read();
    const begun = attempts[revision] ?? 0;
    if (begun >= MOST) return false;
    this.#write({ ...attempts, [revision]: begun + 1 });
    // The write must reach storage: the build may end the isolate, which loses pending writes.
    await this.#storage.sync();
    return true;
  }

  /** Records the end of an attempt, whatever its outcome. */
  end(revision: number): void {
    const { [revision]: _, ...others } = this.#read();
    this.#write(others);
  }

  #read(): Attempts {
    return this.#storage.kv.get<Attempts>(KEY) ?? {};
  }

  #write(attempts: Attempts): void {
    if (Object.keys(attempts).length === 0) this.#storage.kv.delete(KEY);
    else this.#storage.kv.put(KEY, attempts);
  }
}
