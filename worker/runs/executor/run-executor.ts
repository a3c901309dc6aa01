import type { Outcome } from "../../agents/index.ts";
import { type Config, configOf } from "../../config/index.ts";
import type { Usage } from "../../contract/index.ts";
import { connect } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { withTimings } from "../../monitoring/index.ts";
import { tracedEnv } from "../../preview/index.ts";
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
import { type ExecutorEnv, executeRun } from "./execute-run.ts";
import { RunAlarm } from "./run-alarm.ts";
import { outcomeOf } from "./run-outcome.ts";
import { isIdle, type PendingQuestion, type RunEnding, type RunRecord, type RunTable } from "./run-table.ts";
import { RunTraces } from "./run-traces.ts";
import { SpeculativeStart } from "./speculative-start.ts";

export type { ExecutorEnv } from "./execute-run.ts";

type CurrentRun = { runId: string; abort: AbortController; done: Promise<void> };

/** Executes a Session's queue in the background, one run at a time. */
export class RunExecutor {
  readonly #ctx: DurableObjectState;
  readonly #env: ExecutorEnv;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #writers = new Map<string, RunEventWriter>();
  #draining: Promise<void> | null = null;
  readonly alarm: RunAlarm;
  readonly #speculativeStart: SpeculativeStart;
  readonly #traces = new RunTraces();
  /** The ends that are being committed, by run. */
  readonly #finishing = new Map<string, Promise<void>>();
  /** The run that is executing; `done` resolves when it has ended or waits for an answer. */
  #current: CurrentRun | null = null;
  /** Whether the project is being deleted: no other run starts. */
  #isEnding = false;

  constructor(ctx: DurableObjectState, env: ExecutorEnv, table: RunTable, projectLog: ProjectLog) {
    this.#ctx = ctx;
    this.alarm = new RunAlarm(ctx.storage);
    this.#env = tracedEnv(env);
    this.#table = table;
    this.#log = projectLog;
    this.#speculativeStart = new SpeculativeStart(table.hasEnded());
  }

  /** Prepares a speculative start for a run that is about to be queued and will start at once. */
  async prepareSpeculative(start: RunSpec, runContext: RunContext, hasImages: boolean): Promise<void> {
    if (this.#table.current() !== null) return;
    await withTimings(this.#traces.workOf(start), () =>
      this.#speculativeStart.prepare(this.#dependencies().config, start, runContext, hasImages),
    );
  }

  /** Aborts the speculative start of a run that was not queued. */
  abortSpeculative(runId: string): void {
    this.#speculativeStart.abort(runId);
    this.#traces.drop(runId);
  }

  /** Drains the queue in the background and arms the alarm. A run that waits for an answer needs neither. */
  async ensureRunning(): Promise<void> {
    if (!this.isSupervised) return;
    // Set before the first await, so that the alarm is stored together with the caller's writes.
    const isSet = this.alarm.arm();
    this.#draining ??= this.#drainQueue();
    this.#ctx.waitUntil(this.#draining);
    await isSet;
  }

  /** Whether a run needs the alarm. */
  get isSupervised(): boolean {
    const current = this.#table.current();
    return current !== null && !isIdle(current);
  }

  /** Cancels a run and aborts its model call. A run whose end is already decided ends that way. */
  async cancel(record: RunRecord): Promise<void> {
    if (record.ending !== null) return this.#finishing.get(record.id);
    if (this.#current?.runId === record.id) {
      this.#current.abort.abort();
      await this.#current.done;
      // The run may have asked its question just before the abort signal arrived.
      if (this.#table.find(record.id)?.status !== "waiting") return;
    }
    await this.#decide(record, { status: "cancelled", usage: this.usageOf(record) });
    await this.ensureRunning();
  }

  /**
   * Cancels every run, because the project is deleted, and resolves when each is settled.
   * @throws when a run cannot be settled now; nothing is deleted then, and the call may be repeated
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
    this.#traces.clear();
    this.#speculativeStart.reset();
  }

  /** Returns the event writer of a run, one per run so that `seq` has no gap. */
  writerOf(runId: string): RunEventWriter {
    const known = this.#writers.get(runId);
    if (known) return known;
    const made = new RunEventWriter(this.#log, runId, lastSeqOf(this.#ctx.storage.sql, runId));
    this.#writers.set(runId, made);
    return made;
  }

  /** Counts the resources that this object holds, for the leak tests. */
  resourceCounts() {
    const logs = [...this.#writers.values()];
    return {
      logs: logs.length,
      timers: logs.filter(({ isGrouping }) => isGrouping).length,
      working: this.#current ? 1 : 0,
      calls: this.#speculativeStart.openCalls(),
    };
  }

  /** Returns a run's usage so far, ended or not. */
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
      const part = this.#nextPart(record);
      if (part === null) return;
      await this.#traces.trace(record.start, this.#dependencies().config.logLevel, part);
    }
  }

  #nextPart(record: RunRecord): (() => Promise<void>) | null {
    const { ending, status, question } = record;
    if (ending) return () => this.#finish(record, ending);
    if (status !== "waiting") return () => this.#runOne(record);
    return question?.untold ? () => this.#emitQuestion(record, question) : null;
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
    // `done` only signals the end to `cancel` and `endAll`; the error itself is thrown below.
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
    const own = { sql, table: this.#table, log: eventLog, env: this.#env };
    const onRevision = () => this.#ctx.waitUntil(wakeDeliveries(this.#env));
    const dependencies = { ...this.#dependencies(), ...own, runContext, call, onRevision };
    try {
      return await executeRun(dependencies, record, signal);
    } catch (error) {
      // The end could not be committed either without the database: the next alarm resumes the run.
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

  /** Stores how a run ends. From here on the run cannot end in another way. */
  async #decide(record: RunRecord, decision: Omit<Decision, "outcome">): Promise<void> {
    const { sql } = this.#ctx.storage;
    const outcome = outcomeOf(sql, record.id, checkpointsOf(sql, record.id).steps());
    const ending = endingOf(record, { ...decision, outcome });
    this.#table.decide(record.id, ending);
    await this.#finish(this.#table.get(record.id), ending);
  }

  async #finish(record: RunRecord, ending: RunEnding): Promise<void> {
    const end = this.#end(record, ending);
    // The stored promise only signals the end to `cancel`; the error itself is thrown below.
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

  /** Commits the end to Postgres, then appends the terminal event. After a crash between the two, both are repeated. */
  async #end(record: RunRecord, ending: RunEnding): Promise<void> {
    // The checkpoints do not change once the end is decided, so a repeated commit writes the same.
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
      // The transaction was rolled back, so the log's in-memory state must be too.
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

  /** Logs and reports an error of a run. The next alarm resumes the run. */
  report(error: unknown, record: RunRecord | null): void {
    this.#traces.report(this.#dependencies().config, this.#ctx, error, record?.start ?? null);
  }
}
