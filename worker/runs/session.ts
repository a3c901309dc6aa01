import { DurableObject } from "cloudflare:workers";
import { answerQuestion } from "../agents/index.ts";
import { configOf } from "../config/index.ts";
import type { Run, RunEvent, Usage } from "../contract/index.ts";
import { addUsage, noUsage } from "../contract/index.ts";
import { callerIn, EndedCallers } from "./callers.ts";
import { isDeleted, noteDeletion } from "./deletion.ts";
import { Driver, type DriverEnv } from "./driver.ts";
import type { From } from "./event-stream.ts";
import { framesOfRun } from "./event-table.ts";
import { journalOf } from "./journal.ts";
import { afterIn, LiveFeed, viewerIn } from "./live-feed.ts";
import { ProjectLog, type ToldRevision } from "./project-log.ts";
import type { Image, Noted, RunStart } from "./run-start.ts";
import { type RunRecord, RunTable } from "./run-table.ts";
import { shownRecord } from "./shown.ts";
import type { Beginning } from "./start-ground.ts";
import { createTables } from "./tables.ts";
import { trimLog } from "./trim-log.ts";
import { Viewers } from "./viewers.ts";

/** A run started with `onDisconnect: "cancel"` ends when nobody has watched it for this long. */
const unwatchedMs = 10_000;
/** A run that was noted just before its project's deletion arrives within this time, and is not begun. */
const deletionKeptMs = 10 * 60_000;
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
export class Session extends DurableObject<DriverEnv> {
  readonly #sql: SqlStorage;
  readonly #table: RunTable;
  readonly #log: ProjectLog;
  readonly #viewers: Viewers;
  readonly #live: LiveFeed;
  readonly #driver: Driver;
  readonly #ended = new EndedCallers();
  /** The alarm may come while the deletion is under way. */
  #forgetting: Promise<boolean> | null = null;

  constructor(ctx: DurableObjectState, env: DriverEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    createTables(this.#sql);
    this.#table = new RunTable(this.#sql);
    this.#log = new ProjectLog(ctx);
    this.#viewers = new Viewers(this.#log);
    this.#live = new LiveFeed(ctx, this.#log);
    this.#driver = new Driver(ctx, env, this.#table, this.#log);
  }

  /** A run is about to be queued: its alarm is set, and this object is awake, while the run is noted in Postgres. */
  async expect(): Promise<void> {
    if (!isDeleted(this.#sql)) await this.#driver.watch();
  }

  /** Queues a run; a run that is known already is left as it is. Null where the project is deleted. */
  async enqueue(start: RunStart, images: Image[], beginning: Beginning | null = null): Promise<Run | null> {
    await this.#queue({ start, images, beginning });
    return this.describe(start.id);
  }

  async #queue({ start, images, beginning }: Noted): Promise<void> {
    if (isDeleted(this.#sql)) return;
    if (beginning && !this.#table.find(start.id)) await this.#driver.note(start, beginning, images.length > 0);
    // The model's call is given up where the project was deleted while it was made.
    if (isDeleted(this.#sql)) return this.#driver.dropNoted(start.id);
    if (!this.#table.find(start.id)) {
      this.#insert(start, images);
      const { emit } = this.#driver.logOf(start.id);
      const sent = images.length > 0 ? { images: images.length } : {};
      emit({ type: "run.created", prompt: start.prompt, mode: start.mode, ...sent });
      emit({ type: "run.routed", ...start.routing });
    }
    await this.#driver.goOn();
  }

  #insert(start: RunStart, images: Image[]): void {
    try {
      this.#table.insert(start, images);
    } catch (error) {
      this.#driver.dropNoted(start.id);
      throw error;
    }
  }

  /** The run as it stands, or null for one this session does not know. */
  describe(runId: string): Run | null {
    const record = this.#table.find(runId);
    return record && this.#shown(record);
  }

  /** The run as it stands when it has ended, or after so many milliseconds. */
  async whenEnded(runId: string, waitMs: number): Promise<Run | null> {
    const isOver = () => this.#table.find(runId)?.endedAt !== null;
    if (!isOver()) await this.#viewers.waitUntil(runId, isOver, waitMs);
    return this.describe(runId);
  }

  /** Ends a run that has not ended; an ended one stays as it is. */
  async cancel(runId: string): Promise<Run | null> {
    const record = this.#table.find(runId);
    if (record && record.endedAt === null) await this.#driver.cancel(record);
    return this.describe(runId);
  }

  /** Answers what a waiting run asked. */
  async answer(runId: string, text: string): Promise<{ run: Run | null; isAnswered: boolean }> {
    const record = this.#table.find(runId);
    if (record?.status !== "waiting" || record.question === null || record.ending !== null) {
      return { run: record && this.#shown(record), isAnswered: false };
    }
    const { emit } = this.#driver.logOf(runId);
    this.#table.goOn(runId);
    await answerQuestion(record.question, text, { journal: journalOf(this.#sql, runId), emit });
    await this.#driver.goOn();
    return { run: this.describe(runId), isAnswered: true };
  }

  /** A page of a run's events after `after`. */
  events(runId: string, after: number, limit: number): EventsAnswer {
    const record = this.#table.find(runId);
    if (!record) return { outcome: "unknown" };
    if (after > record.lastSeq) return { outcome: "beyond", lastSeq: record.lastSeq };
    this.#viewers.seen(runId);
    const page = { frames: limit, characters: pageCharacters };
    const frames = framesOfRun(this.#sql, runId, after, Number.MAX_SAFE_INTEGER, page);
    const events = frames.map(({ data }): RunEvent => JSON.parse(data));
    return { outcome: "page", events, lastSeq: record.lastSeq, ended: record.endedAt !== null };
  }

  /** Notes a revision that no run made, so that the live feed tells of it. */
  async revised(told: ToldRevision): Promise<void> {
    this.#log.appendRevision(told);
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
      const noted: Noted = await request.json();
      await this.#queue(noted);
      if (!this.#table.find(noted.start.id)) return new Response(null, { status: 404 });
      if (caller && this.#ended.isLate(caller)) return new Response(null, { status: 401 });
      return this.#streamed(noted.start.id, { after: 0, isSoon: true }, tag);
    }
    if (caller && this.#ended.isLate(caller)) return new Response(null, { status: 401 });
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
    return this.#streamed(runId, { after }, tag);
  }

  /** Closes every socket and stream that an account's credential has opened, but for those that are still good. */
  closeCallersExcept(ownerId: string, alive: string[]): void {
    const isOver = this.#ended.note(ownerId, alive);
    this.#live.closeCallers(isOver);
    this.#viewers.closeCallers(isOver);
  }

  #streamed(runId: string, from: From, tag: string | null): Response {
    return new Response(this.#viewers.stream(runId, from, tag), {
      headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform" },
    });
  }

  override webSocketMessage(socket: WebSocket, text: string | ArrayBuffer): void {
    this.#live.hear(socket, text);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#live.leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#live.leave(socket);
  }

  /** What runs have used so far that this session knows, whether or not they have ended. */
  usageOf(runIds: string[]): Usage {
    return runIds
      .flatMap((id) => this.#table.find(id) ?? [])
      .map((record) => this.#driver.usageOf(record))
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
    noteDeletion(this.#sql, Date.now());
    try {
      await this.#driver.endAll();
    } catch (error) {
      this.#driver.report(error, this.#table.current());
      this.#live.close();
      this.#driver.unwatch();
      await this.#driver.watch();
      return false;
    }
    await this.#log.settled();
    this.#viewers.close();
    this.#driver.unwatch();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    createTables(this.#sql);
    noteDeletion(this.#sql, Date.now());
    this.#log.reload();
    this.#live.close();
    await this.ctx.storage.setAlarm(Date.now() + deletionKeptMs);
    return true;
  }

  /**
   * Comes again and again while a run goes on: takes up what a crash broke off, ends what nobody watches. Otherwise it
   * comes when there is something to trim.
   */
  override async alarm(): Promise<void> {
    if (isDeleted(this.#sql)) return this.#alarmOfDeleted();
    this.#driver.unwatch();
    await this.#driver.goOn();
    for (const { id, start } of this.#table.unended()) {
      if (start.onDisconnect !== "cancel" || this.#live.viewers > 0) continue;
      // That a reader has gone shows only when something is written.
      this.#viewers.beat(id);
      if (this.#viewers.unwatchedFor(id, Date.now()) > unwatchedMs) await this.cancel(id);
    }
    if (!this.#driver.isSupervised) await this.#trim();
  }

  async #alarmOfDeleted(): Promise<void> {
    if (this.#table.current() !== null) return void (await this.forget());
    await this.ctx.storage.deleteAll();
    createTables(this.#sql);
    this.#log.reload();
  }

  /** What this object holds in memory, so that a test can see that all of it is let go. */
  held() {
    return {
      log: this.#log.held(),
      streams: this.#viewers.held(),
      live: this.#live.held(),
      driver: this.#driver.held(),
    };
  }

  async #trim(): Promise<void> {
    const next = trimLog(this.ctx.storage, Date.now());
    this.#log.forgetTail();
    if (next === null) return;
    // It is not the Driver's any more, which must set its own for the next run.
    this.#driver.unwatch();
    await this.ctx.storage.setAlarm(next);
  }

  #shown(record: RunRecord): Run {
    return shownRecord(record, this.#driver.usageOf(record), configOf(this.env).model.scripted);
  }
}
