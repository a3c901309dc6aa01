const KEY = "build-attempts";
/** A build may be lost twice: the first time, somebody else's work in the same isolate may have been the reason. */
const MOST = 2;

type Attempts = Record<string, number>;

/**
 * Counts builds that were begun and never ended, since the isolate was stopped for its processor time or memory. Without the
 * count such a build would begin again at every visit, and stop what else runs beside it each time.
 */
export class BuildAttempts {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Notes that a build begins. @returns whether it may: false once it has been lost too often */
  async begin(revision: number): Promise<boolean> {
    const attempts = this.#read();
    const begun = attempts[revision] ?? 0;
    if (begun >= MOST) return false;
    this.#write({ ...attempts, [revision]: begun + 1 });
    // A write that is only in memory is lost if the build ends the isolate.
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
