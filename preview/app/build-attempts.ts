const KEY = "build-attempts";
/** Maximum lost attempts per build. Two, since another build in the same isolate may have caused the first loss. */
const MOST = 2;

type Attempts = Record<string, number>;

/**
 * Counts builds that started and never ended because the isolate exceeded its CPU time or memory. Without the count
 * each visit would start such a build again and stop the other work in its isolate.
 */
export class BuildAttempts {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Records the start of a build.
   * @returns false when the build was lost too often to start again
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

  /** Notes that it ended, however that was. */
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
