import { Buffer } from "node:buffer";
import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import type { ScheduledCall, ScheduleRun } from "../../worker/contract/schedules-rpc.ts";
import { MAX_OBJECTS } from "../app/app-facets.ts";
import type { ObjectAddress } from "../app/object-gateway.ts";
import type { ServerCode } from "../project/server.ts";
import { nextRun } from "./cron.ts";
import { type Due, DueStore } from "./due-store.ts";

/** Timeout of a handler; a run that exceeds it counts as failed. */
const RUN_MS = 30_000;
/** Maximum delay before the host retries an attempt that a crash interrupted. */
const LEASE_MS = RUN_MS + 10_000;
/** Retries of a failed alarm, and the first backoff, which then doubles: as on Cloudflare. */
const MAX_RETRIES = 6;
const FIRST_PAUSE_MS = 2_000;
/**
 * Maximum attempts for one due time of a cron. Only interrupted ones are retried: Cloudflare retries none that threw.
 */
const MAX_CRON_ATTEMPTS = 3;
/** Minimum interval between an object's alarms, so that an alarm that sets itself does not spin. */
const MIN_GAP_MS = 1_000;
/** Maximum number of concurrent handlers. */
const MAX_PARALLEL = 20;
/** The name of `App`'s alarm. */
const APP = "app";

/** The interface of the object that hosts the app. */
export type ClockHost = {
  storage: DurableObjectStorage;
  /** Returns the code to run; null while the app must not run. */
  code(): ServerCode | null;
  /** Calls the alarm handler of an object; of `App` when the address is null. */
  alarm(server: ServerCode, owner: ObjectAddress | null, info: AlarmInvocationInfo): Promise<void>;
  /** Calls the `scheduled` handler. */
  scheduled(server: ServerCode, event: ScheduledEventData): Promise<void>;
  log(line: PreviewLog, codeId: string): void;
};

/**
 * A due time of a cron. `attempt` counts from 1 and is above 1 after an interrupted attempt. `byHand`: the app's owner
 * started the run, independently of the schedule.
 */
export type ScheduledEventData = { cron: string; scheduledTime: number; attempt: number; byHand?: true };

/** One call of a handler. */
type Call = { attempt: number; scheduledTime: number; byHand?: true };

/**
 * Runs an app's alarms and crons by the one alarm of the object that hosts the app, since facets have none. A run is
 * recorded before it begins, so that a crash repeats it with a higher attempt and loses none.
 */
export class AppClock {
  readonly #host: ClockHost;
  /** Names of the current runs. A lease with any other name belongs to an interrupted run. */
  readonly #running = new Set<string>();
  /** Number of current runs that the owner started. They have no lease that would schedule a check. */
  #byHand = 0;
  #kept: DueStore | null = null;

  constructor(host: ClockHost) {
    this.#host = host;
  }

  /** Replaces an object's alarm. @param at milliseconds since 1970 */
  async setAlarm(owner: ObjectAddress | null, at: number): Promise<void> {
    const name = nameOf(owner);
    if (this.#store().get(name) === null && this.#store().count() > MAX_OBJECTS) {
      throw new Error(`The app has alarms of ${MAX_OBJECTS} objects, and may not have more.`);
    }
    const last = this.#store().get(name)?.lastAt ?? 0;
    this.#store().set(
      { name, kind: "alarm", owner: owner && JSON.stringify(owner) },
      at,
      Math.max(at, last + MIN_GAP_MS),
    );
    await this.arm();
  }

  /** Returns when an object's alarm is due; null without one, and while its handler runs. */
  getAlarm(owner: ObjectAddress | null): number | null {
    const due = this.#store().get(nameOf(owner));
    return due === null || (due.attempt > 0 && this.#running.has(due.name)) ? null : due.dueAt;
  }

  async deleteAlarm(owner: ObjectAddress | null): Promise<void> {
    this.#store().unset(nameOf(owner));
    await this.arm();
  }

  /** Replaces the app's crons by those of its newest code. A cron that stays keeps its due time. */
  async setCrons(crons: readonly string[]): Promise<void> {
    if (crons.length === 0 && this.#kept === null && !this.#wasUsed()) return;
    const store = this.#store();
    const known = store.list().filter(({ kind }) => kind === "cron");
    for (const { name } of known) if (!crons.includes(name)) store.delete(name);
    const now = Date.now();
    for (const cron of crons) {
      const due = known.find(({ name }) => name === cron);
      if (due === undefined) this.#setNext(cron, now);
    }
    await this.arm();
  }

  /** Resumes after a time in which the app did not run: alarms at once, crons from now on. */
  async resume(): Promise<void> {
    if (!this.#wasUsed()) return;
    const now = Date.now();
    const overdue = this.#store()
      .list()
      .filter(({ kind, nextAt }) => kind === "cron" && (nextAt ?? 0) < now - LEASE_MS);
    for (const { name } of overdue) this.#setNext(name, now);
    await this.arm();
  }

  /** Lists all due times, the earliest first. */
  list(): ScheduledCall[] {
    if (!this.#wasUsed()) return [];
    return this.#store().list().map(toScheduledCall);
  }

  /** Runs a listed alarm or cron at once for the owner, and keeps its due time. A crash does not repeat the run. */
  async runByHand(id: string): Promise<ScheduleRun> {
    const due = this.#wasUsed()
      ? this.#store()
          .list()
          .find(({ name }) => idOf(name) === id)
      : undefined;
    if (due === undefined) return { problem: "absent" };
    const server = this.#host.code();
    if (server === null) return { problem: "stopped" };
    if (this.#running.has(due.name)) return { problem: "running" };
    const startedAt = Date.now();
    this.#running.add(due.name);
    this.#byHand += 1;
    let error: string | null = null;
    try {
      await within(RUN_MS, this.#call(server, due, { attempt: 1, scheduledTime: startedAt, byHand: true }));
    } catch (failure) {
      error = reasonOf(failure);
    } finally {
      this.#running.delete(due.name);
      this.#byHand -= 1;
    }
    const ms = Date.now() - startedAt;
    const outcome = error === null ? "ok" : "failed";
    this.#store().ranByHand(due.name, startedAt, outcome);
    const said = error === null ? `was run by hand in ${ms} ms.` : `was run by hand and failed: ${error}.`;
    this.#say(server, error === null ? "info" : "error", `${titleOf(due)} ${said}`);
    await this.arm();
    return { startedAt: new Date(startedAt).toISOString(), outcome, ms, error };
  }

  /** Removes the objects' alarms, after their data was deleted. */
  async clearAlarms(): Promise<void> {
    if (!this.#wasUsed()) return;
    this.#store().clearAlarms();
    await this.arm();
  }

  /** Marks the tables as missing, after all data of the object was deleted. */
  forget(): void {
    this.#kept = null;
  }

  /** Runs the due alarms and crons. The host's own alarm calls this. */
  async run(): Promise<void> {
    const server = this.#host.code();
    if (server === null || !this.#wasUsed()) return;
    const idle = this.#store()
      .startable(Date.now())
      .filter(({ name }) => !this.#running.has(name));
    const now = Date.now();
    // A crash leaves behind the leases of interrupted runs.
    await Promise.all(idle.slice(0, MAX_PARALLEL).map((due) => this.#start(server, due, now)));
    await this.arm();
  }

  /** Sets the host's alarm to the earliest due time. */
  async arm(): Promise<void> {
    if (!this.#wasUsed()) return;
    const at = this.#host.code() === null ? null : this.#store().earliest();
    if (at === null) await this.#host.storage.deleteAlarm();
    else await this.#host.storage.setAlarm(this.#byHand === 0 ? at : Math.max(at, Date.now() + MIN_GAP_MS));
  }

  async #start(server: ServerCode, due: Due, now: number): Promise<void> {
    const store = this.#store();
    const attempt = due.attempt + 1;
    if (attempt > (due.kind === "cron" ? MAX_CRON_ATTEMPTS : MAX_RETRIES + 1)) {
      this.#say(server, "error", `${titleOf(due)} was interrupted ${due.attempt} times and is not tried again.`);
      this.#afterLast(due, "failed", now);
      return;
    }
    this.#running.add(due.name);
    store.begin(due, now, now + LEASE_MS);
    const before = Date.now();
    try {
      // The call leaves only after the record of its attempt is durable: the runtime's output gate holds it.
      await within(RUN_MS, this.#call(server, due, { attempt, scheduledTime: due.dueAt ?? 0 }));
      this.#afterLast(due, "ok", now);
      this.#say(server, "info", `${titleOf(due)} ran in ${Date.now() - before} ms.`);
    } catch (failure) {
      this.#failed(server, due, attempt, failure);
    } finally {
      this.#running.delete(due.name);
    }
  }

  #call(server: ServerCode, { kind, name, owner }: Due, { attempt, ...call }: Call): Promise<void> {
    if (kind === "cron") return this.#host.scheduled(server, { cron: name, attempt, ...call });
    const info = { isRetry: attempt > 1, retryCount: attempt - 1, ...call };
    return this.#host.alarm(server, owner === null ? null : (JSON.parse(owner) as ObjectAddress), info);
  }

  #failed(server: ServerCode, due: Due, attempt: number, failure: unknown): void {
    const why = reasonOf(failure);
    // As on Cloudflare, the alarm that the handler has set, or none, takes the place of the retry.
    const isChanged = this.#store().get(due.name)?.version !== due.version;
    if (due.kind === "cron" || attempt > MAX_RETRIES || isChanged) {
      const reason = isChanged ? ", since its handler has changed the alarm" : "";
      const rest = due.kind === "cron" ? "" : ` It is not tried again${reason}.`;
      this.#say(server, "error", `${titleOf(due)} failed: ${why}.${rest}`);
      this.#afterLast(due, "failed", Date.now());
      return;
    }
    const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
    this.#say(server, "warn", `${titleOf(due)} failed: ${why}. It is tried again in ${pause / 1_000} s.`);
    this.#store().end(due, "failed", { dueAt: due.dueAt, nextAt: Date.now() + pause, attempt });
  }

  /** Records an attempt's end: removes an alarm, reschedules a cron. Skips due times that have passed since. */
  #afterLast(due: Due, outcome: "ok" | "failed", now: number): void {
    const next = due.kind === "cron" ? nextRun(due.name, Math.max(now, due.dueAt ?? 0)) : null;
    this.#store().end(due, outcome, next === null ? null : { dueAt: next, nextAt: next, attempt: 0 });
  }

  #setNext(cron: string, after: number): void {
    const next = nextRun(cron, after);
    if (next !== null) this.#store().set({ name: cron, kind: "cron", owner: null }, next, next);
  }

  #say(server: ServerCode, level: PreviewLog["level"], message: string): void {
    this.#host.log({ at: new Date().toISOString(), source: "server", level, message }, server.id);
  }

  #wasUsed(): boolean {
    if (this.#kept !== null) return true;
    const { sql } = this.#host.storage;
    return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'due'").toArray().length > 0;
  }

  /** Created on first use: an object of a public app stores nothing before a publication. */
  #store(): DueStore {
    this.#kept ??= new DueStore(this.#host.storage);
    return this.#kept;
  }
}

const reasonOf = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);

/** The id of an alarm or a cron in the list. */
const idOf = (name: string): string => `sch_${Buffer.from(name).toString("base64url")}`;

const nameOf = (owner: ObjectAddress | null): string => (owner === null ? APP : `${owner.className}:${owner.id}`);

const titleOf = ({ kind, name, owner }: Due): string => {
  if (kind === "cron") return `The cron "${name}"`;
  return owner === null ? "The alarm of App" : `The alarm of ${(JSON.parse(owner) as ObjectAddress).className}`;
};

function toScheduledCall({ kind, name, owner, dueAt, attempt, lastAt, lastOutcome, lastByHand }: Due): ScheduledCall {
  const address = owner === null ? null : (JSON.parse(owner) as ObjectAddress);
  return {
    id: idOf(name),
    kind,
    cron: kind === "cron" ? name : null,
    object: kind === "cron" ? null : { className: address?.className ?? "App", name: address?.name ?? null },
    dueAt: new Date(dueAt ?? 0).toISOString(),
    attempt,
    lastAt: lastAt === null ? null : new Date(lastAt).toISOString(),
    lastOutcome,
    lastByHand: lastByHand === 1,
  };
}

/** Rejects when the work takes longer than `ms` milliseconds. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it did not end within ${ms / 1_000} s`)), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
