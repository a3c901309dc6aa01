import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

const KEPT_LINES = 500;
const MESSAGE_CHARACTERS = 4_000;
const STACK_CHARACTERS = 4_000;
/** Maximum lines per minute, so that an app in a loop neither fills the log nor writes rows without limit. */
const LINES_PER_MINUTE = 300;

const FIRST_VERSION = ["CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL)"];

/** Stores the newest lines of one app's log. */
export class LogStore {
  readonly #sql: SqlStorage;
  #minute = 0;
  #lines = 0;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrateSqlite(storage, "log", [FIRST_VERSION]);
  }

  append(lines: PreviewLog[]): void {
    for (const line of lines) {
      const allowed = this.#allow();
      if (allowed !== "no") this.#insert(allowed === "yes" ? cut(line) : muted(line));
    }
    this.#sql.exec("DELETE FROM log WHERE id <= (SELECT max(id) FROM log) - ?", KEPT_LINES);
  }

  /** Returns at most `limit` lines, oldest first. */
  newest(limit: number): PreviewLog[] {
    const rows = this.#sql.exec<{ line: string }>("SELECT line FROM log ORDER BY id DESC LIMIT ?", limit).toArray();
    return rows.map(({ line }) => JSON.parse(line) as PreviewLog).reverse();
  }

  #insert(line: PreviewLog): void {
    this.#sql.exec("INSERT INTO log (line) VALUES (?)", JSON.stringify(line));
  }

  #allow(): "yes" | "last" | "no" {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines === LINES_PER_MINUTE) return "last";
    return this.#lines < LINES_PER_MINUTE ? "yes" : "no";
  }
}

function cut(line: PreviewLog): PreviewLog {
  const message = line.message.slice(0, MESSAGE_CHARACTERS);
  return line.stack === undefined
    ? { ...line, message }
    : { ...line, message, stack: line.stack.slice(0, STACK_CHARACTERS) };
}

function muted({ at, source }: PreviewLog): PreviewLog {
  return {
    at,
    source,
    level: "warn",
    message: `More than ${LINES_PER_MINUTE} lines in a minute: the rest of it is dropped.`,
  };
}
