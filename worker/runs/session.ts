import { DurableObject } from "cloudflare:workers";
import { answerQuestion, type Outcome } from "../agents/index.ts";
import { type Config, configOf } from "../config/index.ts";
import type { BuilderRpc, Run, RunEvent, Usage } from "../contract/index.ts";
import { connect } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log, reporterOf } from "../monitoring/index.ts";
import { wakeDeliveries } from "../webhooks/index.ts";
import { Bell } from "./bell.ts";
import { commitEnding, endingOf } from "./end-run.ts";
import { EventLog, eventsAfter } from "./event-log.ts";
import { executeRun } from "./execute-run.ts";
import { journalOf } from "./journal.ts";
import type { Image, RunStart } from "./run-start.ts";
import { type RunEnding, type RunRecord, RunTable } from "./run-table.ts";
import { shownRecord } from "./shown.ts";
import { createTables } from "./tables.ts";
import { Viewers } from "./viewers.ts";

type SessionEnv = { PREVIEW: BuilderRpc; DELIVERIES: Queue };

/** While a run goes on the alarm comes this often: after a crash it is what takes the run up again. */
const watchMs = 2_000;
const unwatchedMs = 10_000;

export type EventsAnswer =
  | { outcome: "unknown" }
  | { outcome: "beyond"; lastSeq: number }
  | { outcome: "page"; events: RunEvent[]; lastSeq: number; ended: boolean };

/**
 * One project's session: its queue of prompts (one run at a time), the event log, and the viewers. What is not in its
 * SQLite is lost with the process and not needed after it.
 */
export class Session extends DurableObject<SessionEnv> {
  readonly #sql: SqlStorage;
  readonly #table: RunTable;
  readonly #bell = new Bell();
  readonly #viewers: Viewers;
  readonly #logs = new Map<string, EventLog>();
  #driving: Promise<void> | null = null;
  #working: { runId: string; abort: AbortController } | null = null;

  constructor(ctx: DurableObjectState, env: SessionEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    createTables(this.#sql);
    this.#table = new RunTable(this.#sql);
    this.#viewers = new Viewers(ctx.storage, this.#bell);
  }

  /** Queues a run; a run that is known already is left as it is. */
  async enqueue(start: RunStart, images: Image[]): Promise<Run> {
    if (!this.#table.find(start.id)) {
      this.#table.insert(start, images);
      const { emit } = this.#logOf(start.id);
      emit({ type: "run.created", prompt: start.prompt, mode: start.mode });
      emit({ type: "run.routed", ...start.routing });
      await this.ctx.storage.setAlarm(Date.now() + watchMs);
    }
    this.#drive();
    return this.#shown(this.#mustFind(start.id));
  }

  /** The run as it stands, or null for one this session does not know. */
  describe(runId: string): Run | null {
    const record = this.#table.find(runId);
    return record && this.#shown(record);
  }

  /** Ends a run that has not ended: the model call is aborted at once. */
  async cancel(runId: string): Promise<Run | null> {
    const record = this.#table.find(runId);
    if (!record) return null;
    if (record.endedAt === null && record.ending === null) {
      if (this.#working?.runId === runId) {
        this.#working.abort.abort();
        await this.#driving;
      } else {
        await this.#decide(record, { status: "cancelled", usage: this.#usageOf(runId) });
      }
    }
    return this.describe(runId);
  }

  /** Answers what a waiting run asked. */
  async answer(runId: string, text: string): Promise<{ run: Run | null; isAnswered: boolean }> {
    const record = this.#table.find(runId);
    if (record?.status !== "waiting" || record.question === null || record.ending !== null) {
      return { run: record && this.#shown(record), isAnswered: false };
    }
    const { emit } = this.#logOf(runId);
    await answerQuestion(record.question, text, { journal: journalOf(this.#sql, runId), emit });
    this.#table.goOn(runId);
    await this.ctx.storage.setAlarm(Date.now() + watchMs);
    this.#drive();
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
    this.#working?.abort.abort();
    await this.#driving;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    createTables(this.#sql);
  }

  /** Comes again and again while a run has not ended. It takes up what a crash broke off. */
  override async alarm(): Promise<void> {
    const unended = this.#table.unended();
    if (unended.length === 0) return;
    await this.ctx.storage.setAlarm(Date.now() + watchMs);
    await this.#cancelUnwatched(unended);
    this.#drive();
  }

  async #cancelUnwatched(unended: RunRecord[]): Promise<void> {
    for (const { id, start } of unended) {
      const isLeft = this.#viewers.unwatchedFor(id, Date.now()) > unwatchedMs;
      if (start.onDisconnect === "cancel" && isLeft) await this.cancel(id);
    }
  }

  /** Works on the queue, in the background, unless that is being done already. */
  #drive(): void {
    if (this.#driving) return;
    this.#driving = this.#work()
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#driving = null;
      });
    this.ctx.waitUntil(this.#driving);
  }

  async #work(): Promise<void> {
    for (;;) {
      const record = this.#table.current();
      if (!record || record.status === "waiting") {
        if (record?.ending) await this.#finish(record, record.ending);
        return;
      }
      if (record.ending) await this.#finish(record, record.ending);
      else await this.#take(record);
    }
  }

  /** Takes the run at the head of the queue as far as it goes. */
  async #take(record: RunRecord): Promise<void> {
    if (record.startedAt === null) this.#table.begin(record.id, Date.now());
    const abort = new AbortController();
    this.#working = { runId: record.id, abort };
    const outcome = await this.#execute(this.#mustFind(record.id), abort.signal);
    this.#working = null;
    if (outcome.status === "waiting") {
      const { usage: _, status: __, ...question } = outcome;
      this.#table.wait(record.id, question);
      return;
    }
    if (outcome.status === "failed" && outcome.cause !== undefined) this.#report(outcome.cause, record);
    await this.#decide(record, {
      status: outcome.status,
      usage: outcome.usage,
      ...(outcome.status === "failed" && { error: outcome.error }),
    });
  }

  async #execute(record: RunRecord, signal: AbortSignal): Promise<Outcome> {
    const config = this.#config();
    const ground = {
      config,
      database: connect(config.database),
      sql: this.#sql,
      table: this.#table,
      log: this.#logOf(record.id),
      builder: this.env.PREVIEW,
    };
    try {
      return await executeRun(ground, record, signal);
    } catch (error) {
      this.#report(error, record);
      const isKnown = error instanceof Error && "detail" in error && "code" in error;
      return {
        status: "failed",
        usage: this.#usageOf(record.id),
        error: isKnown
          ? { code: String(error.code), detail: String(error.detail) }
          : { code: "internal", detail: "Something went wrong on our side." },
      };
    } finally {
      this.#logOf(record.id).flush();
    }
  }

  /** Notes how a run ends; from here on it can only end that way. */
  async #decide(record: RunRecord, decision: Parameters<typeof endingOf>[1]): Promise<void> {
    const ending = endingOf(this.#mustFind(record.id), decision, journalOf(this.#sql, record.id).steps());
    this.#table.decide(record.id, ending);
    await this.#finish(this.#mustFind(record.id), ending);
  }

  /** Postgres first, the terminal event after: a crash between the two is made good by doing both again. */
  async #finish(record: RunRecord, ending: RunEnding): Promise<void> {
    const config = this.#config();
    await commitEnding({ config, database: connect(config.database) }, record, ending, record.lastSeq + 1);
    if (this.#mustFind(record.id).endedAt !== null) return;
    this.ctx.storage.transactionSync(() => {
      this.#table.end(record.id, ending);
      this.#logOf(record.id).emit(terminalEvent(ending));
    });
    this.#logs.delete(record.id);
    this.#viewers.forget(record.id);
    await wakeDeliveries(this.env);
  }

  #usageOf(runId: string): Usage {
    const row = this.#sql
      .exec<{ data: string }>(
        "SELECT data FROM event WHERE run_id = ? AND type = 'usage.updated' ORDER BY seq DESC LIMIT 1",
        runId,
      )
      .toArray()[0];
    if (!row) return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
    const event: { usage: Usage } = JSON.parse(row.data);
    return event.usage;
  }

  #shown(record: RunRecord): Run {
    return shownRecord(record, this.#usageOf(record.id), this.#config().model.scripted);
  }

  #mustFind(runId: string): RunRecord {
    const record = this.#table.find(runId);
    if (!record) throw new Error(`run ${runId} is not in this session`);
    return record;
  }

  #logOf(runId: string): EventLog {
    const known = this.#logs.get(runId) ?? new EventLog(this.#sql, runId, this.#bell);
    this.#logs.set(runId, known);
    return known;
  }

  #config(): Config {
    return configOf(this.env);
  }

  /** A fault on the way: said, reported, and made good by the next alarm. */
  #report(error: unknown, record?: RunRecord): void {
    const config = this.#config();
    log(config.logLevel, "error", { event: "run", runId: record?.id, error: messageOf(error) });
    reporterOf(config, this.ctx).capture(error, { ownerId: record?.start.ownerId });
  }
}

function terminalEvent({ status, usage, error }: RunEnding) {
  if (status === "failed") {
    return { type: "run.failed", usage, error: error ?? { code: "internal", detail: "It failed." } } as const;
  }
  return { type: `run.${status}`, usage } as const;
}
