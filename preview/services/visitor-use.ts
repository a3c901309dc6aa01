import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

/** The limits of one visitor per day (UTC) and per minute: the owner pays for the calls. */
const LIMITS = {
  message: { perMinute: 10, perDay: 100, what: "messages of a model" },
  confirmation: { perMinute: 2, perDay: 5, what: "mails that ask for a confirmation" },
} as const;
export type VisitorAction = keyof typeof LIMITS;

const MINUTE_MS = 60_000;
/** The maximum number of counted visitors. It bounds an app that invents a visitor for each call. */
const MAX_VISITORS = 20_000;
const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS visitor_use (action TEXT NOT NULL, visitor TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL, minute INTEGER NOT NULL, used_in_minute INTEGER NOT NULL, PRIMARY KEY (action, visitor)) STRICT",
];

/** Counts the calls made on behalf of each visitor of an app, so that one visitor cannot exhaust the app's budget. */
export class VisitorUse {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrateSqlite(storage, "visitor-use", [FIRST_VERSION]);
  }

  /**
   * Counts one action of a visitor.
   * @returns null, or a message that names the exceeded limit
   */
  take(action: VisitorAction, visitor: string, now: number): string | null {
    const { perMinute, perDay, what } = LIMITS[action];
    const day = new Date(now).toISOString().slice(0, 10);
    const minute = Math.floor(now / MINUTE_MS);
    this.#sql.exec("DELETE FROM visitor_use WHERE day <> ?", day);
    const [row] = this.#sql
      .exec<{ used: number; minute: number; inMinute: number }>(
        'SELECT used, minute, used_in_minute AS "inMinute" FROM visitor_use WHERE action = ? AND visitor = ?',
        action,
        visitor,
      )
      .toArray();
    const used = row?.used ?? 0;
    const inMinute = row?.minute === minute ? row.inMinute : 0;
    if (used >= perDay) return `A visitor may cause ${perDay} ${what} a day.`;
    if (inMinute >= perMinute) return `A visitor may cause ${perMinute} ${what} a minute.`;
    if (row === undefined && this.#count() >= MAX_VISITORS) return `An app has ${MAX_VISITORS} visitors a day here.`;
    this.#sql.exec(
      "INSERT OR REPLACE INTO visitor_use VALUES (?, ?, ?, ?, ?, ?)",
      action,
      visitor,
      day,
      used + 1,
      minute,
      inMinute + 1,
    );
    return null;
  }

  #count(): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM visitor_use").one().n;
  }
}
