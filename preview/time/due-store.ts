import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS due (name TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT, due_at INTEGER, next_at INTEGER, attempt INTEGER NOT NULL DEFAULT 0, leased INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 0, last_at INTEGER, last_outcome TEXT) STRICT",
  "CREATE INDEX IF NOT EXISTS due_next_at ON due (next_at)",
];

const BY_HAND = ["ALTER TABLE due ADD COLUMN last_by_hand INTEGER NOT NULL DEFAULT 0"];

/**
 * A scheduled task: an object's alarm or a cron expression. Times are milliseconds since 1970.
 * - `name`: the facet's name for an alarm, the expression for a cron
 * - `owner`: the JSON address of the object with the alarm; null for `App`
 * - `dueAt`: null when the task is not due
 * - `nextAt`: when the next attempt may begin, or when the current attempt's lease ends
 * - `attempt`: number of attempts that have begun for this due time
 * - `leased`: 1 from the start of an attempt to its end
 * - `lastByHand`: 1 when the app's owner started the last run
 * - `version`: increases when the app sets the alarm, so that the end of a run does not delete a newer alarm
 */
export type Due = {
  name: string;
  kind: "alarm" | "cron";
  owner: string | null;
  dueAt: number | null;
  nextAt: number | null;
  attempt: number;
  leased: number;
  version: number;
  lastAt: number | null;
  lastOutcome: "ok" | "failed" | null;
  lastByHand: number;
};

const COLUMNS =
  'name, kind, owner, due_at AS "dueAt", next_at AS "nextAt", attempt, leased, version, last_at AS "lastAt", last_outcome AS "lastOutcome", last_by_hand AS "lastByHand"';

/** Stores the due times of one app. The object that hosts the app has one alarm, which serves all of them. */
export class DueStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrateSqlite(storage, "due", [FIRST_VERSION, BY_HAND]);
  }

  get(name: string): Due | null {
    return this.#read("WHERE name = ?", name)[0] ?? null;
  }

  list(): Due[] {
    return this.#read("WHERE due_at IS NOT NULL ORDER BY due_at, name");
  }

  count(): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM due").one().n;
  }

  /** Lists the tasks that are due now or have a lease, the longest overdue first. */
  startable(now: number): Due[] {
    return this.#read("WHERE due_at IS NOT NULL AND (next_at <= ? OR leased = 1) ORDER BY next_at", now);
  }

  /** Returns the earliest time at which an attempt may begin; null when no task is due. */
  earliest(): number | null {
    const rows = this.#sql.exec<{ at: number | null }>("SELECT min(next_at) AS at FROM due WHERE due_at IS NOT NULL");
    return rows.one().at;
  }

  /** Replaces a due time. */
  set(due: Pick<Due, "name" | "kind" | "owner">, dueAt: number, nextAt: number): void {
    const { name, kind, owner } = due;
    this.#sql.exec(
      `INSERT INTO due (name, kind, owner, due_at, next_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, due_at = excluded.due_at, next_at = excluded.next_at,
         attempt = 0, leased = 0, version = version + 1`,
      name,
      kind,
      owner,
      dueAt,
      nextAt,
    );
  }

  /** Removes a due time, and keeps the time of the last run. */
  unset(name: string): void {
    this.#sql.exec(
      "UPDATE due SET due_at = NULL, next_at = NULL, attempt = 0, leased = 0, version = version + 1 WHERE name = ?",
      name,
    );
  }

  delete(name: string): void {
    this.#sql.exec("DELETE FROM due WHERE name = ?", name);
  }

  clearAlarms(): void {
    this.#sql.exec("DELETE FROM due WHERE kind = 'alarm'");
  }

  /** Records the start of an attempt. No other attempt starts before `leaseEnd`. */
  begin({ name }: Due, now: number, leaseEnd: number): void {
    this.#sql.exec(
      "UPDATE due SET attempt = attempt + 1, leased = 1, next_at = ?, last_at = ?, last_by_hand = 0 WHERE name = ?",
      leaseEnd,
      now,
      name,
    );
  }

  /**
   * Records the outcome of an attempt.
   * @param next the next attempt or due time; null when the task is not due. Ignored when the app has set another due
   * time since
   */
  end({ name, version }: Due, outcome: "ok" | "failed", next: Pick<Due, "dueAt" | "nextAt" | "attempt"> | null): void {
    this.#sql.exec("UPDATE due SET last_outcome = ? WHERE name = ?", outcome, name);
    this.#sql.exec(
      "UPDATE due SET due_at = ?, next_at = ?, attempt = ?, leased = 0 WHERE name = ? AND version = ?",
      next?.dueAt ?? null,
      next?.nextAt ?? null,
      next?.attempt ?? 0,
      name,
      version,
    );
  }

  /** Records a run that the app's owner started. Does not change any due time. */
  ranByHand(name: string, at: number, outcome: "ok" | "failed"): void {
    this.#sql.exec("UPDATE due SET last_at = ?, last_outcome = ?, last_by_hand = 1 WHERE name = ?", at, outcome, name);
  }

  #read(condition: string, ...bindings: (string | number)[]): Due[] {
    return this.#sql.exec<Due>(`SELECT ${COLUMNS} FROM due ${condition}`, ...bindings).toArray();
  }
}
