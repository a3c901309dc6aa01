import { DurableObject } from "cloudflare:workers";
import { answerQuestion } from "../agents/index.ts";
import { configOf } from "../config/index.ts";
import { addUsage, liveClose, noUsage, type Run, type Usage } from "../contract/index.ts";
import { type MetricsEnv, scheduleFlush } from "../metrics/index.ts";
import { isDeleted, markDeleted } from "./deletion-marker.ts";
import { answerText } from "./executor/answer-text.ts";
import { checkpointsOf } from "./executor/checkpoints.ts";
import { type ExecutorEnv, RunExecutor } from "./executor/run-executor.ts";
import { imageOfRun } from "./executor/run-images.ts";
import { type RunRecord, RunTable } from "./executor/run-table.ts";
import { callerIn, EndedCallers } from "./feeds/callers.ts";
import { afterIn, LiveFeed, viewerIn } from "./feeds/live-feed.ts";
import type { StreamOptions } from "./feeds/sse-stream.ts";
import { SseSubscribers } from "./feeds/sse-subscribers.ts";
import { type EventsAnswer, eventPageOf } from "./log/event-page.ts";
import { trimLog } from "./log/log-retention.ts";
import { type CommentNotice, ProjectLog, type RevisionNotice } from "./log/project-log.ts";
import { createTables } from "./session-schema.ts";
import type { RunContext } from "./start/project-snapshot.ts";
import type { EnqueuePayload, Image, RunSpec } from "./start/run-spec.ts";
import { recordToRun } from "./to-api.ts";

/** How long a run with `onDisconnect: "cancel"` may be unwatched before it is cancelled. */
const unwatchedTimeoutMs = 10_000;
/** How long a deletion marker is kept: a run that was inserted just before the deletion arrives within this time. */
const deletionMarkerMs = 10 * 60_000;

/**
 * The Durable Object of one project: its queue of runs (one executes at a time), its event log and its viewers.
 * Everything that must survive the process is in its SQLite.
 */
export class Session extends DurableObject<ExecutorEnv & MetricsEnv> {
  readonly #sql: SqlStorage;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #sseSubscribers: SseSubscribers;
  readonly #live: LiveFeed;
  readonly #executor: RunExecutor;
  readonly #endedCallers = new EndedCallers();
  /** The deletion in progress, which the alarm may join. */
  #forgetting: Promise<boolean> | null = null;

  constructor(ctx: DurableObjectState, env: ExecutorEnv & MetricsEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    createTables(ctx.storage);
    this.#table = new RunTable(this.#sql);
    this.#log = new ProjectLog(ctx);
    this.#sseSubscribers = new SseSubscribers(this.#log);
    this.#live = new LiveFeed(ctx, this.#log);
    this.#executor = new RunExecutor(ctx, env, this.#table, this.#log);
  }

  /** Wakes this object and arms its alarm while the API Worker inserts the run in Postgres. */
  async warmUp(): Promise<void> {
    if (!isDeleted(this.#sql)) await this.#executor.alarm.arm();
  }

  /** Enqueues a run, once. @returns its current state; null when the project is deleted */
  async enqueue(start: RunSpec, images: Image[], runContext: RunContext | null = null): Promise<Run | null> {
    await this.#queue({ start, images, runContext });
    return this.describe(start.id);
  }

  async #queue({ start, images, runContext }: EnqueuePayload): Promise<void> {
    if (isDeleted(this.#sql)) return;
    if (runContext && !this.#table.find(start.id))
      await this.#executor.prepareSpeculative(start, runContext, images.length > 0);
    // The project may have been deleted while the speculative call was made.
    if (isDeleted(this.#sql)) return this.#executor.abortSpeculative(start.id);
    if (!this.#table.find(start.id)) {
      this.#insert(start, images);
      const { emit } = this.#executor.writerOf(start.id);
      const sent = images.length > 0 ? { images: images.length } : {};
      emit({ type: "run.created", prompt: start.prompt, mode: start.mode, ...sent });
      emit({ type: "run.routed", ...start.routing });
    }
    await this.#executor.ensureRunning();
  }

  #insert(start: RunSpec, images: Image[]): void {
    try {
      this.#table.insert(start, images);
    } catch (error) {
      this.#executor.abortSpeculative(start.id);
      throw error;
    }
  }

  /** Returns a run's current state; null for an unknown run. */
  describe(runId: string): Run | null {
    const record = this.#table.find(runId);
    return record && this.#toRun(record);
  }

  /** Waits up to `waitMs` milliseconds for a run to end. @returns its state then; null for an unknown run */
  async whenEnded(runId: string, waitMs: number): Promise<Run | null> {
    const isOver = () => this.#table.find(runId)?.endedAt !== null;
    if (!isOver()) await this.#sseSubscribers.waitUntil(runId, isOver, waitMs);
    return this.describe(runId);
  }

  /** Cancels a run that has not ended. @returns its state then; null for an unknown run */
  async cancel(runId: string): Promise<Run | null> {
    const record = this.#table.find(runId);
    if (record && record.endedAt === null) await this.#executor.cancel(record);
    return this.describe(runId);
  }

  /** Answers the question of a waiting run. @returns the run's state, and whether the run was waiting */
  async answer(runId: string, text: string): Promise<{ run: Run | null; isAnswered: boolean }> {
    const answer = await answerText(this.env, this.#table.find(runId), text);
    const record = this.#table.find(runId);
    if (record?.status !== "waiting" || record.question === null || record.ending !== null) {
      return { run: record && this.#toRun(record), isAnswered: false };
    }
    const { emit } = this.#executor.writerOf(runId);
    this.#table.resume(runId);
    await answerQuestion(record.question, answer, { journal: checkpointsOf(this.#sql, runId), emit });
    await this.#executor.ensureRunning();
    return { run: this.describe(runId), isAnswered: true };
  }

  /** Returns a page of at most `limit` events of a run after `after`. */
  events(runId: string, after: number, limit: number): EventsAnswer {
    const record = this.#table.find(runId);
    if (!record) return { outcome: "unknown" };
    if (after <= record.lastSeq) this.#sseSubscribers.touch(runId);
    return eventPageOf(this.#sql, record, after, limit);
  }

  /** Returns an image of a run by its name in the API; null when it does not exist or is no longer stored. */
  imageOf(runId: string, name: string): Image | null {
    return imageOfRun(this.#sql, this.#table, runId, name);
  }

  /** Appends a revision or a comment that no run created to the log, which broadcasts it to the live feed. */
  async onNotice(notice: RevisionNotice | CommentNotice): Promise<void> {
    this.#log.appendNotice(notice);
    if ((await this.ctx.storage.getAlarm()) === null) await this.#trim();
  }

  /**
   * Serves the internal routes that return a stream or a socket. Each returns 401 for a caller whose access has ended.
   * - `/live?kind=…&id=…&name=…&deltas=…[&after=…]` upgrades to the live feed of that viewer.
   * - `/<run>?after=<seq>` returns a run's stream; 404 for an unknown run, 416 when `after` is beyond its newest event (in
   *   `X-Last-Seq`), 204 when the run has ended and has no event after `after`.
   * - `POST /start` enqueues a run as `enqueue` does, and returns its stream from the beginning.
   */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const caller = callerIn(request.headers);
    const tag = caller?.tag ?? null;
    if (pathname === "/start") {
      const payload: EnqueuePayload = await request.json();
      await this.#queue(payload);
      if (!this.#table.find(payload.start.id)) return new Response(null, { status: 404 });
      if (caller && this.#endedCallers.isLate(caller)) return new Response(null, { status: 401 });
      return this.#streamResponse(payload.start.id, { after: 0, expectImmediate: true }, tag);
    }
    if (caller && this.#endedCallers.isLate(caller)) return new Response(null, { status: 401 });
    if (pathname === "/live") {
      const wantsDeltas = searchParams.get("deltas") !== "off";
      return this.#live.accept(viewerIn(searchParams), afterIn(searchParams), wantsDeltas, tag);
    }
    const runId = pathname.slice(1);
    const after = Number(searchParams.get("after") ?? 0);
    const record = this.#table.find(runId);
    if (!record) return new Response(null, { status: 404 });
    const headers = { "X-Last-Seq": String(record.lastSeq) };
    if (after > record.lastSeq) return new Response(null, { status: 416, headers });
    if (after === record.lastSeq && record.endedAt !== null) return new Response(null, { status: 204, headers });
    return this.#streamResponse(runId, { after }, tag);
  }

  /** Closes an account's sockets and streams except those that were opened with its `alive` credentials. */
  closeCallersExcept(ownerId: string, alive: string[], code: number = liveClose.signInAgain): void {
    const isOver = this.#endedCallers.record(ownerId, alive);
    this.#live.closeCallers(isOver, code);
    this.#sseSubscribers.closeCallers(isOver);
  }

  /** Closes all sockets and streams of a suspended owner's project, and refuses requests that were admitted before. */
  closeEverybody(): void {
    this.#endedCallers.recordAll();
    this.#live.close();
    this.#sseSubscribers.abort();
  }

  #streamResponse(runId: string, from: StreamOptions, tag: string | null): Response {
    return new Response(this.#sseSubscribers.stream(runId, from, tag), {
      headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform" },
    });
  }

  override webSocketMessage(socket: WebSocket, text: string | ArrayBuffer): void {
    this.#live.onMessage(socket, text);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#live.onClose(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#live.onClose(socket);
  }

  /** Sums the usage so far of the runs that this Session knows, ended or not. */
  usageOf(runIds: string[]): Usage {
    return runIds
      .flatMap((id) => this.#table.find(id) ?? [])
      .map((record) => this.#executor.usageOf(record))
      .reduce(addUsage, noUsage);
  }

  /**
   * Ends every run and deletes all data, after the project was deleted. Runs are charged first: while that fails,
   * nothing is deleted, and the alarm retries.
   * @returns whether everything is charged and deleted
   */
  forget(): Promise<boolean> {
    this.#forgetting ??= this.#forget().finally(() => {
      this.#forgetting = null;
    });
    return this.#forgetting;
  }

  async #forget(): Promise<boolean> {
    markDeleted(this.#sql, Date.now());
    try {
      await this.#executor.endAll();
    } catch (error) {
      this.#executor.report(error, this.#table.current());
      this.#live.close();
      this.#executor.alarm.fired();
      await this.#executor.alarm.arm();
      return false;
    }
    await this.#log.settled();
    this.#sseSubscribers.close();
    this.#executor.alarm.fired();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    createTables(this.ctx.storage);
    markDeleted(this.#sql, Date.now());
    this.#log.reload();
    this.#live.close();
    await this.ctx.storage.setAlarm(Date.now() + deletionMarkerMs);
    return true;
  }

  /**
   * Fires every two seconds while a run is active, to resume it after a crash and to cancel it when nobody watches.
   * Otherwise fires when the log has rows to trim.
   */
  override async alarm(): Promise<void> {
    if (isDeleted(this.#sql)) return this.#alarmOfDeleted();
    this.#executor.alarm.fired();
    scheduleFlush(this.env, configOf(this.env), this.ctx);
    await this.#executor.ensureRunning();
    for (const { id, start } of this.#table.unended()) {
      if (start.onDisconnect !== "cancel" || this.#live.viewers > 0) continue;
      // The platform reports a disconnected reader only when something is written to it.
      this.#sseSubscribers.heartbeat(id);
      if (this.#sseSubscribers.idleMs(id, Date.now()) > unwatchedTimeoutMs) await this.cancel(id);
    }
    if (!this.#executor.isSupervised) await this.#trim();
  }

  async #alarmOfDeleted(): Promise<void> {
    if (this.#table.current() !== null) return void (await this.forget());
    await this.ctx.storage.deleteAll();
    createTables(this.ctx.storage);
    this.#log.reload();
  }

  /** Counts the resources that this object holds, for the leak tests. */
  resourceCounts() {
    return {
      log: this.#log.resourceCounts(),
      streams: this.#sseSubscribers.resourceCounts(),
      live: this.#live.resourceCounts(),
      driver: this.#executor.resourceCounts(),
    };
  }

  async #trim(): Promise<void> {
    const next = trimLog(this.ctx.storage, Date.now());
    this.#log.forgetTail();
    if (next === null) return;
    // The alarm is set for trimming now, so the executor has to arm it again for the next run.
    this.#executor.alarm.fired();
    await this.ctx.storage.setAlarm(next);
  }

  #toRun(record: RunRecord): Run {
    return recordToRun(record, this.#executor.usageOf(record), configOf(this.env).model.scripted);
  }
}
