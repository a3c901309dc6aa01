import { DurableObject } from "cloudflare:workers";
import { answerQuestion } from "../agents/index.ts";
import { configOf } from "../config/index.ts";
import type { Run, RunEvent, Usage } from "../contract/index.ts";
import { addUsage, noUsage } from "../contract/index.ts";
import { isDeleted, markDeleted } from "./deletion-marker.ts";
import { checkpointsOf } from "./executor/checkpoints.ts";
import { type ExecutorEnv, RunExecutor } from "./executor/run-executor.ts";
import { type RunRecord, RunTable } from "./executor/run-table.ts";
import { callerIn, EndedCallers } from "./feeds/callers.ts";
import { afterIn, LiveFeed, viewerIn } from "./feeds/live-feed.ts";
import type { StreamOptions } from "./feeds/sse-stream.ts";
import { SseSubscribers } from "./feeds/sse-subscribers.ts";
import { framesOfRun } from "./log/event-table.ts";
import { trimLog } from "./log/log-retention.ts";
import { ProjectLog, type RevisionNotice } from "./log/project-log.ts";
import { createTables } from "./session-schema.ts";
import type { RunContext } from "./start/project-snapshot.ts";
import type { EnqueuePayload, Image, RunSpec } from "./start/run-spec.ts";
import { recordToRun } from "./to-api.ts";

/** A run started with `onDisconnect: "cancel"` ends when nobody has watched it for this long. */
const unwatchedTimeoutMs = 10_000;
/** A run that was inserted just before its project's deletion arrives within this time, and is not begun. */
const deletionMarkerMs = 10 * 60_000;
/** A page of JSON holds about so much at most. */
const pageCharacters = 1_000_000;

export type EventsAnswer =
  | { outcome: "unknown" }
  | { outcome: "beyond"; lastSeq: number }
  | { outcome: "page"; events: RunEvent[]; lastSeq: number; ended: boolean };

/**
 * One project's session: its queue of prompts (one run at a time), the event log, and the viewers. What is not in its
 * SQLite is lost with the process and not needed after it.
 */
export class Session extends DurableObject<ExecutorEnv> {
  readonly #sql: SqlStorage;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #sseSubscribers: SseSubscribers;
  readonly #live: LiveFeed;
  readonly #executor: RunExecutor;
  readonly #endedCallers = new EndedCallers();
  /** The alarm may come while the deletion is under way. */
  #forgetting: Promise<boolean> | null = null;

  constructor(ctx: DurableObjectState, env: ExecutorEnv) {
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
    if (!isDeleted(this.#sql)) await this.#executor.armAlarm();
  }

  /** Queues a run; a run that is known already is left as it is. Null where the project is deleted. */
  async enqueue(start: RunSpec, images: Image[], runContext: RunContext | null = null): Promise<Run | null> {
    await this.#queue({ start, images, runContext });
    return this.describe(start.id);
  }

  async #queue({ start, images, runContext }: EnqueuePayload): Promise<void> {
    if (isDeleted(this.#sql)) return;
    if (runContext && !this.#table.find(start.id))
      await this.#executor.prepareSpeculative(start, runContext, images.length > 0);
    // The model's call is given up where the project was deleted while it was made.
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

  /** The run as it stands, or null for one this session does not know. */
  describe(runId: string): Run | null {
    const record = this.#table.find(runId);
    return record && this.#toRun(record);
  }

  /** The run as it stands when it has ended, or after so many milliseconds. */
  async whenEnded(runId: string, waitMs: number): Promise<Run | null> {
    const isOver = () => this.#table.find(runId)?.endedAt !== null;
    if (!isOver()) await this.#sseSubscribers.waitUntil(runId, isOver, waitMs);
    return this.describe(runId);
  }

  /** Ends a run that has not ended; an ended one stays as it is. */
  async cancel(runId: string): Promise<Run | null> {
    const record = this.#table.find(runId);
    if (record && record.endedAt === null) await this.#executor.cancel(record);
    return this.describe(runId);
  }

  /** Answers what a waiting run asked. */
  async answer(runId: string, text: string): Promise<{ run: Run | null; isAnswered: boolean }> {
    const record = this.#table.find(runId);
    if (record?.status !== "waiting" || record.question === null || record.ending !== null) {
      return { run: record && this.#toRun(record), isAnswered: false };
    }
    const { emit } = this.#executor.writerOf(runId);
    this.#table.resume(runId);
    await answerQuestion(record.question, text, { journal: checkpointsOf(this.#sql, runId), emit });
    await this.#executor.ensureRunning();
    return { run: this.describe(runId), isAnswered: true };
  }

  /** A page of a run's events after `after`. */
  events(runId: string, after: number, limit: number): EventsAnswer {
    const record = this.#table.find(runId);
    if (!record) return { outcome: "unknown" };
    if (after > record.lastSeq) return { outcome: "beyond", lastSeq: record.lastSeq };
    this.#sseSubscribers.touch(runId);
    const page = { frames: limit, characters: pageCharacters };
    const frames = framesOfRun(this.#sql, runId, after, Number.MAX_SAFE_INTEGER, page);
    const events = frames.map(({ data }): RunEvent => JSON.parse(data));
    return { outcome: "page", events, lastSeq: record.lastSeq, ended: record.endedAt !== null };
  }

  /** Appends a revision that no run made to the log, so that the live feed shows it. */
  async onRevision(notice: RevisionNotice): Promise<void> {
    this.#log.appendRevision(notice);
    if ((await this.ctx.storage.getAlarm()) === null) await this.#trim();
  }

  /**
   * `/live?kind=…&id=…&name=…&deltas=…`: the live feed of that viewer, after a position where there is `after`.
   * `/<run>?after=<seq>`: a run's stream; 404 where the run is unknown, 416 where `after`
   * is beyond its newest event, which `X-Last-Seq` names, and 204 where it has ended and there is nothing after that.
   * `POST /start`: queues a run as `enqueue` does, and gives its stream from the beginning.
   * Each is 401 for a caller whose credential has ended since it was looked at.
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

  /** Closes every socket and stream that an account's credential has opened, but for those that are still good. */
  closeCallersExcept(ownerId: string, alive: string[]): void {
    const isOver = this.#endedCallers.record(ownerId, alive);
    this.#live.closeCallers(isOver);
    this.#sseSubscribers.closeCallers(isOver);
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

  /** What runs have used so far that this session knows, whether or not they have ended. */
  usageOf(runIds: string[]): Usage {
    return runIds
      .flatMap((id) => this.#table.find(id) ?? [])
      .map((record) => this.#executor.usageOf(record))
      .reduce(addUsage, noUsage);
  }

  /**
   * Ends everything and forgets it: the project was deleted. Its runs are charged first; what cannot be charged now is not
   * forgotten, and the alarm tries again.
   * @returns whether all is charged and forgotten
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
      this.#executor.alarmFired();
      await this.#executor.armAlarm();
      return false;
    }
    await this.#log.settled();
    this.#sseSubscribers.close();
    this.#executor.alarmFired();
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
   * Comes again and again while a run goes on: takes up what a crash broke off, ends what nobody watches. Otherwise it
   * comes when there is something to trim.
   */
  override async alarm(): Promise<void> {
    if (isDeleted(this.#sql)) return this.#alarmOfDeleted();
    this.#executor.alarmFired();
    await this.#executor.ensureRunning();
    for (const { id, start } of this.#table.unended()) {
      if (start.onDisconnect !== "cancel" || this.#live.viewers > 0) continue;
      // That a reader has gone shows only when something is written.
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

  /** Counts the resources that this object holds, so that a test can check that all are released. */
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
    // It is not the Driver's any more, which must set its own for the next run.
    this.#executor.alarmFired();
    await this.ctx.storage.setAlarm(next);
  }

  #toRun(record: RunRecord): Run {
    return recordToRun(record, this.#executor.usageOf(record), configOf(this.env).model.scripted);
  }
}
