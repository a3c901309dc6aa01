import { migrateSqlite } from "../contract/index.ts";

/**
 * The tables of the Session's SQLite. `seq` numbers a run's events without a gap, `pos` the project's log. Both are counted
 * in memory, because an AUTOINCREMENT or a counter row would cost one more written row per event.
 * - `run`: a row stays `running` until its end is in Postgres and its terminal event is in the log.
 * - `call`: the usage of model calls that no row of `step` counts yet; `is_lost` when the process that made the call died.
 * - `deletion`: one row, for some minutes after the project was deleted.
 * - `log`: one row, with the highest position whose whole event was trimmed, and the end of the last run whose deltas were.
 */
const firstVersion = [
  `CREATE TABLE IF NOT EXISTS run (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, start TEXT NOT NULL, status TEXT NOT NULL,
    question TEXT, ending TEXT, started_at INTEGER, ended_at INTEGER)`,
  // Without this index each query of the queue would read, and bill, every run that ever ended.
  "CREATE INDEX IF NOT EXISTS run_unended ON run (position) WHERE ended_at IS NULL",
  `CREATE TABLE IF NOT EXISTS image (
    run_id TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, media_type TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (run_id, number, part))`,
  `CREATE TABLE IF NOT EXISTS event (
    pos INTEGER PRIMARY KEY, run_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL,
    data TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (run_id, seq))`,
  `CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY CHECK (id = 1), trimmed_pos INTEGER NOT NULL, deltas_until INTEGER NOT NULL)`,
  "INSERT OR IGNORE INTO log (id, trimmed_pos, deltas_until) VALUES (1, 0, 0)",
  `CREATE TABLE IF NOT EXISTS step (
    run_id TEXT NOT NULL, step INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (run_id, step))`,
  `CREATE TABLE IF NOT EXISTS result (
    run_id TEXT NOT NULL, step INTEGER NOT NULL, place INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (run_id, step, place))`,
  "CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, usage TEXT NOT NULL, is_lost INTEGER NOT NULL)",
  "CREATE INDEX IF NOT EXISTS call_run_id ON call (run_id)",
  "CREATE TABLE IF NOT EXISTS deletion (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL)",
];

/** `summary`: one row, the summary of the project's earlier conversation, up to and including the message `through`. */
const secondVersion = [
  "CREATE TABLE summary (id INTEGER PRIMARY KEY CHECK (id = 1), through TEXT NOT NULL, text TEXT NOT NULL) STRICT",
];

/** Migrates the tables to the newest version, also after all data was deleted. */
export const createTables = (storage: DurableObjectStorage): void =>
  migrateSqlite(storage, "session", [firstVersion, secondVersion]);
