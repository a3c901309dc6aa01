import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

const MESSAGE_CHARACTERS = 4_000;
const STACK_CHARACTERS = 4_000;

/** The bounds of a log. */
type LogOptions = {
  /** Name of the table, and of its migrations. */
  component: "log" | "visitor_log";
  keptLines: number;
  /**
   * The maximum number of lines per minute, so that an app in a loop neither fills the log nor writes rows without
   * limit.
   */
  linesPerMinute: number;
};

const OF_APP: LogOptions = { component: "log", keptLines: 500, linesPerMinute: 300 };

/** Stores the newest lines of one app's log. */
export class LogStore {
  readonly #sql: SqlStorage;
  readonly #options: LogOptions;
  #minute = 0;
  #lines = 0;

  constructor(storage: DurableObjectStorage, options = OF_APP) {
    this.#sql = storage.sql;
    this.#options = options;
    const { component } = options;
    const table = `CREATE TABLE IF NOT EXISTS ${component} (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL)`;
    migrateSqlite(storage, component, [[table]]);
  }

  append(lines: PreviewLog[]): void {
    for (const line of lines) {
      const allowed = this.#allow();
      if (allowed !== "no") this.#insert(allowed === "yes" ? cut(line) : muted(line, this.#options.linesPerMinute));
    }
    const { component, keptLines } = this.#options;
    this.#sql.exec(`DELETE FROM ${component} WHERE id <= (SELECT max(id) FROM ${component}) - ?`, keptLines);
  }

  /** Returns at most `limit` lines, oldest first. */
  newest(limit: number): PreviewLog[] {
    const query = `SELECT line FROM ${this.#options.component} ORDER BY id DESC LIMIT ?`;
    const rows = this.#sql.exec<{ line: string }>(query, limit).toArray();
    return rows.map(({ line }) => JSON.parse(line) as PreviewLog).reverse();
  }

  #insert(line: PreviewLog): void {
    this.#sql.exec(`INSERT INTO ${this.#options.component} (line) VALUES (?)`, JSON.stringify(line));
  }

  #allow(): "yes" | "last" | "no" {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#lines = 0;
    }
    this.#lines += 1;
    const { linesPerMinute } = this.#options;
    if (this.#lines === linesPerMinute) return "last";
    return this.#lines < linesPerMinute ? "yes" : "no";
  }
}

function cut(line: PreviewLog): PreviewLog {
  const message = line.message.slice(0, MESSAGE_CHARACTERS);
  return line.stack === undefined
    ? { ...line, message }
    : { ...line, message, stack: line.stack.slice(0, STACK_CHARACTERS) };
}

function muted({ at, source }: PreviewLog, linesPerMinute: number): PreviewLog {
  return {
    at,
    source,
    level: "warn",
    message: `More than ${linesPerMinute} lines in a minute: the rest of that minute's lines are dropped.`,
  };
}
