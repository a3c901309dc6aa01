import type { Outcome } from "../agents/index.ts";
import { type Config, configOf } from "../config/index.ts";
import type { BuilderRpc, Usage } from "../contract/index.ts";
import { connect } from "../database/index.ts";
import { isAppError, messageOf } from "../errors.ts";
import { log, reporterOf } from "../monitoring/index.ts";
import { wakeDeliveries } from "../webhooks/index.ts";
import { usageOf } from "./call-meter.ts";
import { type Decision, endCommitted, endingOf, terminalEvent } from "./end-run.ts";
import { EventLog } from "./event-log.ts";
import { lastSeqOf } from "./event-table.ts";
import { executeRun } from "./execute-run.ts";
import { HeadStart } from "./head-start.ts";
import { journalOf } from "./journal.ts";
import type { ProjectLog } from "./project-log.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { RunStart } from "./run-start.ts";
import { type Asked, isIdle, type RunEnding, type RunRecord, type RunTable } from "./run-table.ts";
import type { Beginning } from "./start-ground.ts";
import { tellQuestion } from "./tell-question.ts";

export type DriverEnv = { PREVIEW: BuilderRpc; DELIVERIES: Queue };

/** While a run goes on the alarm comes this often: after a crash it is what takes the run up again. */
const watchMs = 2_000;

type Working = { runId: string; abort: AbortController; done: Promise<void> };

/** Works on a session's queue, one run at a time, in the background; what a crash breaks off the next alarm takes up. */
export class Driver {
  readonly #ctx: DurableObjectState;
  readonly #env: DriverEnv;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #logs = new Map<string, EventLog>();
  #driving: Promise<void> | null = null;
  /** When the alarm comes, where this object has set it for a run and it has not come yet. */
  #alarmAt = 0;
  readonly #headStart: HeadStart;
  /** The ends that are being committed and told of, by their runs. */
  readonly #finishing = new Map<string, Promise<void>>();
  /** The run that is being worked on; `done` when it has ended or asks something. */
  #working: Working | null = null;
  /** No other run is begun: the project is deleted. */
  #isEnding = false;

  constructor(ctx: DurableObjectState, env: DriverEnv, table: RunTable, projectLog: ProjectLog) {
    this.#ctx = ctx;
    this.#env = env;
    this.#table = table;
    this.#log = projectLog;
    this.#headStart = new HeadStart(table.hasEnded());
  }

  /** Keeps what was read of the project for a run that is about to be queued, where it will begin at once. */
  async note(start: RunStart, known: Beginning, hasImages: boolean): Promise<void> {
    if (this.#table.current() !== null) return;
    await this.#headStart.note(this.#ground().config, start, known, hasImages);
  }

  /** The run that was about to be queued is not. */
  dropNoted(runId: string): void {
    this.#headStart.drop(runId);
  }

  /** Works on the queue, and has the alarm come again; a question waits without either, and so costs nothing. */
  async goOn(): Promise<void> {
    if (!this.isSupervised) return;
    // Set before anything is waited for, and so stored with what called for it; the work need not wait for the disk.
    const isSet = this.watch();
    this.#driving ??= this.#drive();
    this.#ctx.waitUntil(this.#driving);
    await isSet;
  }

  /**
   * Has the alarm come within two seconds, whether or not there is a run by now. One that comes sooner is left as it is: an
   * alarm is kept in a store of its own, and to set it takes as long as to store a run.
   */
  async watch(): Promise<void> {
    const now = Date.now();
    if (this.#alarmAt > now) return;
    this.#alarmAt = now + watchMs;
    try {
      await this.#ctx.storage.setAlarm(this.#alarmAt);
    } catch (error) {
      this.unwatch();
      throw error;
    }
  }

  /** The alarm has come, or was set for something else: it must be set anew. */
  unwatch(): void {
    this.#alarmAt = 0;
  }

  /** Whether there is a run for which the alarm must come again. */
  get isSupervised(): boolean {
    const current = this.#table.current();
    return current !== null && !isIdle(current);
  }

  /** Ends a run that has not ended as cancelled: its model call is aborted at once. One whose end is decided already ends so. */
  async cancel(record: RunRecord): Promise<void> {
    if (record.ending !== null) return this.#finishing.get(record.id);
    if (this.#working?.runId === record.id) {
      this.#working.abort.abort();
      await this.#working.done;
      // It may have asked its question just before the abort reached it.
      if (this.#table.find(record.id)?.status !== "waiting") return;
    }
    await this.#decide(record, { status: "cancelled", usage: this.usageOf(record) });
    await this.goOn();
  }

  /**
   * Ends every run as cancelled, since the project is deleted, and resolves when each is settled.
   * @throws where one cannot be settled now: nothing of it is forgotten then, and it may be asked for again
   */
  async endAll(): Promise<void> {
    this.#isEnding = true;
    try {
      this.#working?.abort.abort();
      await this.#driving;
      for (const record of this.#table.unended()) {
        if (record.ending) await this.#finish(record, record.ending);
        else await this.#decide(record, { status: "cancelled", usage: this.usageOf(record) });
      }
    } finally {
      this.#isEnding = false;
    }
    this.#logs.clear();
    this.#headStart.forget();
  }

  logOf(runId: string): EventLog {
    const known = this.#logs.get(runId);
    if (known) return known;
    const made = new EventLog(this.#log, runId, lastSeqOf(this.#ctx.storage.sql, runId));
    this.#logs.set(runId, made);
    return made;
  }

  held() {
    const logs = [...this.#logs.values()];
    return {
      logs: logs.length,
      timers: logs.filter(({ isGrouping }) => isGrouping).length,
      working: this.#working ? 1 : 0,
      calls: this.#headStart.held(),
    };
  }

  /** What a run has used so far, whether or not it has ended. */
  usageOf({ id, ending }: RunRecord): Usage {
    return ending?.usage ?? usageOf(this.#ctx.storage.sql, id);
  }

  async #drive(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.report(error, this.#table.current());
    } finally {
      this.#driving = null;
    }
  }

  async #work(): Promise<void> {
    for (let record = this.#table.current(); record !== null && !this.#isEnding; record = this.#table.current()) {
      if (record.ending) await this.#finish(record, record.ending);
      else if (record.status !== "waiting") await this.#take(record);
      else if (record.question?.untold) await this.#tell(record, record.question);
      else return;
    }
  }

  async #tell(record: RunRecord, question: Asked): Promise<void> {
    await tellQuestion(this.#ground().database, record, question);
    this.#table.asked(record.id, question);
    await wakeDeliveries(this.#env);
  }

  /** Takes the run at the head of the queue as far as it goes. */
  async #take(record: RunRecord): Promise<void> {
    if (record.startedAt === null) this.#table.begin(record.id, Date.now());
    const abort = new AbortController();
    const done = this.#takeWith(record.id, abort.signal);
    // What went wrong is for the one who drives; whoever waits for the end only wants to know when.
    this.#working = { runId: record.id, abort, done: done.catch(() => undefined) };
    try {
      await done;
    } finally {
      this.#working = null;
    }
  }

  async #takeWith(runId: string, signal: AbortSignal): Promise<void> {
    const outcome = await this.#execute(this.#table.get(runId), signal);
    if (outcome.status === "waiting") {
      const { usage: _, status: __, ...question } = outcome;
      this.#table.wait(runId, question);
      return;
    }
    const record = this.#table.get(runId);
    if (outcome.status === "failed" && outcome.cause !== undefined) this.report(outcome.cause, record);
    await this.#decide(record, {
      status: outcome.status,
      usage: outcome.usage,
      ...(outcome.status === "failed" && { error: outcome.error }),
    });
  }

  async #execute(record: RunRecord, signal: AbortSignal): Promise<Outcome> {
    const eventLog = this.logOf(record.id);
    const { sql } = this.#ctx.storage;
    const { known, call } = this.#headStart.take(record.id);
    const own = { sql, table: this.#table, log: eventLog, builder: this.#env.PREVIEW };
    const onRevision = () => this.#ctx.waitUntil(wakeDeliveries(this.#env));
    const ground = { ...this.#ground(), ...own, known, call, onRevision };
    try {
      return await executeRun(ground, record, signal);
    } catch (error) {
      // Without the database the run could not even end: the next alarm tries again.
      if (isAppError(error, "dependency_down")) throw error;
      const { code, detail } = isAppError(error)
        ? error
        : { code: "internal", detail: "Something went wrong on our side." };
      return { status: "failed", usage: this.usageOf(record), error: { code, detail }, cause: error };
    } finally {
      call?.drop();
      eventLog.flush();
    }
  }

  /** Notes how a run ends; from here on it can only end that way. */
  async #decide(record: RunRecord, decision: Omit<Decision, "outcome">): Promise<void> {
    const { sql } = this.#ctx.storage;
    const outcome = outcomeOf(sql, record.id, journalOf(sql, record.id).steps());
    const ending = endingOf(record, { ...decision, outcome });
    this.#table.decide(record.id, ending);
    await this.#finish(this.#table.get(record.id), ending);
  }

  async #finish(record: RunRecord, ending: RunEnding): Promise<void> {
    const end = this.#end(record, ending);
    // What goes wrong is for the one who ends it; whoever waits for the end only wants to know when.
    this.#finishing.set(
      record.id,
      end.catch(() => undefined),
    );
    try {
      await end;
    } finally {
      this.#finishing.delete(record.id);
    }
  }

  /** Postgres first, the terminal event after: a crash between the two is made good by doing both again. */
  async #end(record: RunRecord, ending: RunEnding): Promise<void> {
    // The journal does not change once the end is decided, so what is written is the same however often it is.
    const steps = journalOf(this.#ctx.storage.sql, record.id).steps();
    const images = this.#table.imageParts(record.id);
    const hasEnded = await this.#headStart.ending(record.id, () =>
      endCommitted(this.#ground(), record, ending, { steps, images, lastSeq: record.lastSeq + 1 }, (error) =>
        this.report(error, record),
      ),
    );
    if (this.#table.get(record.id).endedAt !== null) return;
    try {
      this.#ctx.storage.transactionSync(() => {
        this.#table.end(record.id, ending);
        this.logOf(record.id).emit(terminalEvent(ending));
      });
      hasEnded();
    } catch (error) {
      // It did not come to pass, and what counts in memory is to say so too.
      this.#log.reload();
      throw error;
    } finally {
      this.#logs.delete(record.id);
      this.#headStart.drop(record.id);
    }
    await wakeDeliveries(this.#env);
  }

  #ground() {
    const config: Config = configOf(this.#env);
    return { config, database: connect(config.database) };
  }

  /** A fault on the way: said and reported; the next alarm makes it good. */
  report(error: unknown, record: RunRecord | null): void {
    const { config } = this.#ground();
    log(config.logLevel, "error", { event: "run", runId: record?.id, error: messageOf(error) });
    reporterOf(config, this.#ctx).capture(error, { ownerId: record?.start.ownerId });
  }
}
