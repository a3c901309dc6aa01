/** How long a preview's alarms and crons run after the last visit: a preview without visits costs nothing. */
const RUNS_AFTER_VISIT_MS = 24 * 60 * 60 * 1_000;
/** How exactly the last visit is known, so that not every request writes. */
const GRAIN_MS = 10 * 60 * 1_000;
const KEY = "lastVisit";

type Visit = { at: number; revision: number };

/** Remembers when a preview was last visited, and its revision. */
export class LastVisit {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Notes a visit. @returns whether the last one was so long ago that alarms and crons did not run */
  note(revision: number): boolean {
    const last = this.#read();
    const now = Date.now();
    if (last === undefined || last.revision !== revision || now - last.at > GRAIN_MS) {
      this.#storage.kv.put(KEY, { at: now, revision } satisfies Visit);
    }
    return last === undefined || now - last.at > RUNS_AFTER_VISIT_MS;
  }

  /** Returns the revision whose alarms and crons run; null when the last visit is too long ago. */
  revision(): number | null {
    const last = this.#read();
    return last === undefined || Date.now() - last.at > RUNS_AFTER_VISIT_MS ? null : last.revision;
  }

  #read(): Visit | undefined {
    return this.#storage.kv.get<Visit>(KEY);
  }
}
