import type { Outcome } from "../../agents/index.ts";
import { type Config, configOf } from "../../config/index.ts";
import type { BuilderRpc, Usage } from "../../contract/index.ts";
import { connect } from "../../database/index.ts";
import { isAppError, messageOf } from "../../errors.ts";
import { log, reporterOf } from "../../monitoring/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { lastSeqOf } from "../log/event-table.ts";
import type { ProjectLog } from "../log/project-log.ts";
import { RunEventWriter } from "../log/run-event-writer.ts";
import type { RunContext } from "../start/project-snapshot.ts";
import type { RunSpec } from "../start/run-spec.ts";
import { usageOf } from "./call-meter.ts";
import { checkpointsOf } from "./checkpoints.ts";
import { emitQuestion } from "./emit-question.ts";
import { type Decision, endCommitted, endingOf, terminalEvent } from "./end-run.ts";
import { executeRun } from "./execute-run.ts";
import { outcomeOf } from "./run-outcome.ts";
import { isIdle, type PendingQuestion, type RunEnding, type RunRecord, type RunTable } from "./run-table.ts";
import { SpeculativeStart } from "./speculative-start.ts";

export type ExecutorEnv = { PREVIEW: BuilderRpc; DELIVERIES: Queue };

/** While a run is executing the alarm fires this often: after a crash it resumes the run. */
const alarmIntervalMs = 2_000;

type CurrentRun = { runId: string; abort: AbortController; done: Promise<void> };

/** Executes a session's queue in the background, one run at a time. After a crash the next alarm resumes the run. */
export class RunExecutor {
  readonly #ctx: DurableObjectState;
  readonly #env: ExecutorEnv;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #writers = new Map<string, RunEventWriter>();
  #draining: Promise<void> | null = null;
  /** When the alarm comes, where this object has set it for a run and it has not come yet. */
  #alarmAt = 0;
  readonly #speculativeStart: SpeculativeStart;
  /** The ends that are being committed and told of, by their runs. */
  readonly #finishing = new Map<string, Promise<void>>();
  /** The run that is being worked on; `done` when it has ended or asks something. */
  #current: CurrentRun | null = null;
  /** No other run is begun: the project is deleted. */
  #isEnding = false;

  constructor(ctx: DurableObjectState, env: ExecutorEnv, table: RunTable, projectLog: ProjectLog) {
    this.#ctx = ctx;
    this.#env = env;
    this.#table = table;
    this.#log = projectLog;
    this.#speculativeStart = new SpeculativeStart(table.hasEnded());
  }

  /** Prepares a speculative start for a run that is about to be queued and will begin at once. */
  async prepareSpeculative(start: RunSpec, runContext: RunContext, hasImages: boolean): Promise<void> {
    if (this.#table.current() !== null) return;
    await this.#speculativeStart.prepare(this.#dependencies().config, start, runContext, hasImages);
  }

  /** Aborts the speculative start of a run that is not queued after all. */
  abortSpeculative(runId: string): void {
    this.#speculativeStart.abort(runId);
  }

  /** Executes the queue and arms the alarm; a run that waits for an answer needs neither and costs nothing. */
  async ensureRunning(): Promise<void> {
    if (!this.isSupervised) return;
    // Set before anything is waited for, and so stored with what called for it; the work need not wait for the disk.
    const isSet = this.armAlarm();
    this.#draining ??= this.#drainQueue();
    this.#ctx.waitUntil(this.#draining);
    await isSet;
  }

  /**
   * Arms the alarm to fire within two seconds, whether or not there is a run by now. One that comes sooner is left as it is: an
   * alarm is kept in a store of its own, and to set it takes as long as to store a run.
   */
  async armAlarm(): Promise<void> {
    const now = Date.now();
    if (this.#alarmAt > now) return;
    this.#alarmAt = now + alarmIntervalMs;
    try {
      await this.#ctx.storage.setAlarm(this.#alarmAt);
    } catch (error) {
      this.alarmFired();
      throw error;
    }
  }

  /** The alarm has fired, or was set for something else: it has to be armed again. */
  alarmFired(): void {
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
    if (this.#current?.runId === record.id) {
      this.#current.abort.abort();
      await this.#current.done;
      // It may have asked its question just before the abort reached it.
      if (this.#table.find(record.id)?.status !== "waiting") return;
    }
    await this.#decide(record, { status: "cancelled", usage: this.usageOf(record) });
    await this.ensureRunning();
  }

  /**
   * Ends every run as cancelled, since the project is deleted, and resolves when each is settled.
   * @throws where one cannot be settled now: nothing of it is forgotten then, and it may be asked for again
   */
  async endAll(): Promise<void> {
    this.#isEnding = true;
    try {
      this.#current?.abort.abort();
      await this.#draining;
      for (const record of this.#table.unended()) {
        if (record.ending) await this.#finish(record, record.ending);
        else await this.#decide(record, { status: "cancelled", usage: this.usageOf(record) });
      }
    } finally {
      this.#isEnding = false;
    }
    this.#writers.clear();
    this.#speculativeStart.reset();
  }

  writerOf(runId: string): RunEventWriter {
    const known = this.#writers.get(runId);
    if (known) return known;
    const made = new RunEventWriter(this.#log, runId, lastSeqOf(this.#ctx.storage.sql, runId));
    this.#writers.set(runId, made);
    return made;
  }

  resourceCounts() {
    const logs = [...this.#writers.values()];
    return {
      logs: logs.length,
      timers: logs.filter(({ isGrouping }) => isGrouping).length,
      working: this.#current ? 1 : 0,
      calls: this.#speculativeStart.openCalls(),
    };
  }

  /** What a run has used so far, whether or not it has ended. */
  usageOf({ id, ending }: RunRecord): Usage {
    return ending?.usage ?? usageOf(this.#ctx.storage.sql, id);
  }

  async #drainQueue(): Promise<void> {
    try {
      await this.#runQueued();
    } catch (error) {
      this.report(error, this.#table.current());
    } finally {
      this.#draining = null;
    }
  }

  async #runQueued(): Promise<void> {
    for (let record = this.#table.current(); record !== null && !this.#isEnding; record = this.#table.current()) {
      if (record.ending) await this.#finish(record, record.ending);
      else if (record.status !== "waiting") await this.#runOne(record);
      else if (record.question?.untold) await this.#emitQuestion(record, record.question);
      else return;
    }
  }

  async #emitQuestion(record: RunRecord, question: PendingQuestion): Promise<void> {
    await emitQuestion(this.#dependencies().database, record, question);
    this.#table.asked(record.id, question);
    await wakeDeliveries(this.#env);
  }

  /** Executes the run at the head of the queue until it ends or waits. */
  async #runOne(record: RunRecord): Promise<void> {
    if (record.startedAt === null) this.#table.begin(record.id, Date.now());
    const abort = new AbortController();
    const done = this.#runUntilOutcome(record.id, abort.signal);
    // What went wrong is for the one who drives; whoever waits for the end only wants to know when.
    this.#current = { runId: record.id, abort, done: done.catch(() => undefined) };
    try {
      await done;
    } finally {
      this.#current = null;
    }
  }

  async #runUntilOutcome(runId: string, signal: AbortSignal): Promise<void> {
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
    const eventLog = this.writerOf(record.id);
    const { sql } = this.#ctx.storage;
    const { runContext, call } = this.#speculativeStart.consume(record.id);
    const own = { sql, table: this.#table, log: eventLog, builder: this.#env.PREVIEW };
    const onRevision = () => this.#ctx.waitUntil(wakeDeliveries(this.#env));
    const dependencies = { ...this.#dependencies(), ...own, runContext, call, onRevision };
    try {
      return await executeRun(dependencies, record, signal);
    } catch (error) {
      // Without the database the run could not even end: the next alarm tries again.
      if (isAppError(error, "dependency_down")) throw error;
      const { code, detail } = isAppError(error)
        ? error
        : { code: "internal", detail: "Something went wrong on our side." };
      return { status: "failed", usage: this.usageOf(record), error: { code, detail }, cause: error };
    } finally {
      call?.abort();
      eventLog.flush();
    }
  }

  /** Stores how a run ends; from here on it can only end that way. */
  async #decide(record: RunRecord, decision: Omit<Decision, "outcome">): Promise<void> {
    const { sql } = this.#ctx.storage;
    const outcome = outcomeOf(sql, record.id, checkpointsOf(sql, record.id).steps());
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
    const steps = checkpointsOf(this.#ctx.storage.sql, record.id).steps();
    const images = this.#table.imageParts(record.id);
    const hasEnded = await this.#speculativeStart.trackCommit(record.id, () =>
      endCommitted(this.#dependencies(), record, ending, { steps, images, lastSeq: record.lastSeq + 1 }, (error) =>
        this.report(error, record),
      ),
    );
    if (this.#table.get(record.id).endedAt !== null) return;
    try {
      this.#ctx.storage.transactionSync(() => {
        this.#table.end(record.id, ending);
        this.writerOf(record.id).emit(terminalEvent(ending));
      });
      hasEnded();
    } catch (error) {
      // It did not come to pass, and what counts in memory is to say so too.
      this.#log.reload();
      throw error;
    } finally {
      this.#writers.delete(record.id);
      this.#speculativeStart.abort(record.id);
    }
    await wakeDeliveries(this.#env);
  }

  #dependencies() {
    const config: Config = configOf(this.#env);
    return { config, database: connect(config.database) };
  }

  /** A fault on the way: said and reported; the next alarm makes it good. */
  report(error: unknown, record: RunRecord | null): void {
    const { config } = this.#dependencies();
    log(config.logLevel, "error", { event: "run", runId: record?.id, error: messageOf(error) });
    reporterOf(config, this.#ctx).capture(error, { ownerId: record?.start.ownerId });
  }
}
