/**
 * How long a preview's alarms and crons keep running after the last visit, so that a preview without visits costs
 * nothing.
 */
const RUNS_AFTER_VISIT_MS = 24 * 60 * 60 * 1_000;
/** The resolution of the last visit's time, so that not every request writes to storage. */
const GRAIN_MS = 10 * 60 * 1_000;
const KEY = "lastVisit";

type Visit = { at: number; revision: number };

/** Stores the time and the revision of a preview's last visit. */
export class LastVisit {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Records a visit.
   * @returns whether alarms and crons had stopped because the previous visit was too long ago
   */
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
