/** Interval of the alarm while a run executes. After a crash the alarm resumes the run. */
const alarmIntervalMs = 2_000;

/** The alarm of a Session, by which it resumes its runs. */
export class RunAlarm {
  readonly #storage: Pick<DurableObjectStorage, "setAlarm">;
  /** When the alarm fires next, in milliseconds since the epoch; 0 when this object has not armed it. */
  #firesAt = 0;

  constructor(storage: Pick<DurableObjectStorage, "setAlarm">) {
    this.#storage = storage;
  }

  /**
   * Arms the alarm to fire within two seconds, whether or not a run is queued. Keeps an alarm that fires sooner: the
   * platform stores alarms separately, and setting one takes as long as storing a run.
   */
  async arm(): Promise<void> {
    const now = Date.now();
    if (this.#firesAt > now) return;
    this.#firesAt = now + alarmIntervalMs;
    try {
      await this.#storage.setAlarm(this.#firesAt);
    } catch (error) {
      this.fired();
      throw error;
    }
  }

  /** Records that the alarm has fired, or was set for another purpose, so that it has to be armed again. */
  fired(): void {
    this.#firesAt = 0;
  }
}
