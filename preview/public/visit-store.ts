import { addHistogram, type Histogram, percentile } from "../../worker/contract/histogram.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";
import type { VisitDay } from "../../worker/contract/visit-rpc.ts";
import type { VisitCounts } from "./visit-counter.ts";

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS visit_day (day TEXT PRIMARY KEY, visits INTEGER NOT NULL, requests INTEGER NOT NULL, errors INTEGER NOT NULL, durations TEXT NOT NULL) STRICT",
];

/** Days of the longest report: a leap year. */
const KEPT_DAYS = 366;

type Row = { day: string; visits: number; requests: number; errors: number; durations: string };

/** Stores the visits of one published app, a row for each day. */
export class VisitStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrateSqlite(storage, "visit_day", [FIRST_VERSION]);
  }

  /** Adds counts to those of one day. */
  add(day: string, counts: VisitCounts): void {
    const [row] = this.#sql.exec<Row>("SELECT * FROM visit_day WHERE day = ?", day).toArray();
    const durations = histogramOf(row);
    addHistogram(durations, counts.durations);
    this.#sql.exec(
      "INSERT OR REPLACE INTO visit_day (day, visits, requests, errors, durations) VALUES (?, ?, ?, ?, ?)",
      day,
      (row?.visits ?? 0) + counts.visits,
      (row?.requests ?? 0) + counts.requests,
      (row?.errors ?? 0) + counts.errors,
      JSON.stringify(durations),
    );
    this.#sql.exec("DELETE FROM visit_day WHERE day <= date(?, ?)", day, `-${KEPT_DAYS} days`);
  }

  /** Returns the days with requests between two days, both included, the earliest first. */
  days(from: string, to: string): VisitDay[] {
    const rows = this.#sql.exec<Row>("SELECT * FROM visit_day WHERE day BETWEEN ? AND ? ORDER BY day", from, to);
    return rows.toArray().map((row) => {
      const { day, visits, requests, errors } = row;
      const durations = histogramOf(row);
      return { day, visits, requests, errors, p50Ms: percentile(durations, 0.5), p95Ms: percentile(durations, 0.95) };
    });
  }
}

const histogramOf = (row: Row | undefined): Histogram =>
  row === undefined ? {} : (JSON.parse(row.durations) as Histogram);
