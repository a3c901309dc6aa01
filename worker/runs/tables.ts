/**
 * The Session's own tables, in its SQLite. `seq` counts within a run without a gap; `pos` orders the project's log.
 * A run's row stays `running` until its end is in Postgres and its terminal event is in the log.
 */
const statements = [
  `CREATE TABLE IF NOT EXISTS run (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, start TEXT NOT NULL, status TEXT NOT NULL,
    question TEXT, ending TEXT, last_seq INTEGER NOT NULL DEFAULT 0, started_at INTEGER, ended_at INTEGER)`,
  `CREATE TABLE IF NOT EXISTS image (
    run_id TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, media_type TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (run_id, number, part))`,
  `CREATE TABLE IF NOT EXISTS event (
    pos INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL,
    data TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (run_id, seq))`,
  `CREATE TABLE IF NOT EXISTS step (
    run_id TEXT NOT NULL, step INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (run_id, step))`,
  `CREATE TABLE IF NOT EXISTS result (
    run_id TEXT NOT NULL, step INTEGER NOT NULL, place INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (run_id, step, place))`,
];

export function createTables(sql: SqlStorage): void {
  for (const statement of statements) sql.exec(statement);
}
