import { DurableObject } from "cloudflare:workers";
import { answerQuestion } from "../agents/index.ts";
import { configOf } from "../config/index.ts";
import type { Run, RunEvent } from "../contract/index.ts";
import { Bell } from "./bell.ts";
import { Driver, type DriverEnv } from "./driver.ts";
import { eventsAfter } from "./event-log.ts";
import { journalOf } from "./journal.ts";
import type { Image, RunStart } from "./run-start.ts";
import { type RunRecord, RunTable } from "./run-table.ts";
import { shownRecord } from "./shown.ts";
import { createTables } from "./tables.ts";
import { Viewers } from "./viewers.ts";

/** A run started with `onDisconnect: "cancel"` ends when nobody has watched it for this long. */
const unwatchedMs = 10_000;

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
  readonly #viewers: Viewers;
  readonly #driver: Driver;

  constructor(ctx: DurableObjectState, env: DriverEnv) {
    super(ctx, env);
    const bell = new Bell();
    this.#sql = ctx.storage.sql;
    createTables(this.#sql);
    this.#table = new RunTable(this.#sql);
    this.#viewers = new Viewers(ctx.storage, bell);
    this.#driver = new Driver(ctx, env, this.#table, bell);
  }

  /** Queues a run; a run that is known already is left as it is. */
  async enqueue(start: RunStart, images: Image[]): Promise<Run> {
    if (!this.#table.find(start.id)) {
      this.#table.insert(start, images);
      const { emit } = this.#driver.logOf(start.id);
      emit({ type: "run.created", prompt: start.prompt, mode: start.mode });
      emit({ type: "run.routed", ...start.routing });
    }
    await this.#driver.goOn();
    return this.#shown(this.#table.get(start.id));
  }

  /** The run as it stands, or null for one this session does not know. */
  describe(runId: string): Run | null {
    const record = this.#table.find(runId);
    return record && this.#shown(record);
  }

  /** Ends a run that has not ended; an ended one stays as it is. */
  async cancel(runId: string): Promise<Run | null> {
    const record = this.#table.find(runId);
    if (record && record.endedAt === null && record.ending === null) await this.#driver.cancel(record);
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
    const events = eventsAfter(this.#sql, runId, after, limit).map(({ data }): RunEvent => JSON.parse(data));
    return { outcome: "page", events, lastSeq: record.lastSeq, ended: record.endedAt !== null };
  }

  /** `/<run>?after=<seq>`: the run's live stream. Whether the numbers make sense the caller has asked before. */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const stream = this.#viewers.stream(url.pathname.slice(1), Number(url.searchParams.get("after") ?? 0));
    return new Response(stream, {
      headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform" },
    });
  }

  /** Ends everything and forgets it: the project was deleted. */
  async forget(): Promise<void> {
    await this.#driver.stop();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    createTables(this.#sql);
  }

  /** Comes again and again while a run goes on: takes up what a crash broke off, ends what nobody watches. */
  override async alarm(): Promise<void> {
    await this.#driver.goOn();
    for (const record of this.#table.unended()) {
      const isLeft = this.#viewers.unwatchedFor(record.id, Date.now()) > unwatchedMs;
      if (record.start.onDisconnect === "cancel" && isLeft) await this.cancel(record.id);
    }
  }

  #shown(record: RunRecord): Run {
    return shownRecord(record, this.#driver.usageOf(record.id), configOf(this.env).model.scripted);
  }
}
