import { noRun } from "./event-table.ts";

const dayMs = 86_400_000;

/** How long an ended run's log is kept, and its deltas, which its `*.done` events hold once more. */
const retentionMs = 7 * dayMs;
const deltaRetentionMs = dayMs;

/** How much one alarm trims, so that others have their turn in between; and how soon the next one may come. */
const runsAtOnce = 20;
const nextAlarmMs = 1_000;
const minPauseMs = 3_600_000;

/** Up to which position of the log whole events are no longer there. */
export const trimmedPos = (sql: SqlStorage): number =>
  sql.exec<{ trimmed_pos: number }>("SELECT trimmed_pos FROM log WHERE id = 1").one().trimmed_pos;

/**
 * Forgets what is old enough: deltas of runs that ended a day ago, all of runs that ended a week ago, and revisions told
 * of a week ago. An ended run is in Postgres with its messages; one that goes on is never touched.
 * @returns when there will be something to trim next, or null
 */
export function trimLog(storage: DurableObjectStorage, now: number): number | null {
  const isMore = storage.transactionSync(() => {
    const ofDeltas = trimDeltas(storage.sql, now - deltaRetentionMs);
    const ofRuns = trimRuns(storage.sql, now - retentionMs);
    trimEvents(storage.sql, noRun, now - retentionMs);
    return ofDeltas || ofRuns;
  });
  if (isMore) return now + nextAlarmMs;
  const next = nextDue(storage.sql);
  return next === null ? null : Math.max(next, now + minPauseMs);
}

type Ended = { id: string; ended_at: number };

function trimDeltas(sql: SqlStorage, until: number): boolean {
  const ended = sql
    .exec<Ended>(
      `SELECT id, ended_at FROM run WHERE ended_at > (SELECT deltas_until FROM log WHERE id = 1) AND ended_at <= ?
       ORDER BY ended_at LIMIT ?`,
      until,
      runsAtOnce,
    )
    .toArray();
  for (const { id, ended_at } of ended) {
    sql.exec("DELETE FROM event WHERE run_id = ? AND type IN ('text.delta', 'tool.delta')", id);
    sql.exec("UPDATE log SET deltas_until = ? WHERE id = 1", ended_at);
  }
  return ended.length === runsAtOnce;
}

function trimRuns(sql: SqlStorage, until: number): boolean {
  const ended = sql
    .exec<Ended>("SELECT id, ended_at FROM run WHERE ended_at <= ? ORDER BY ended_at LIMIT ?", until, runsAtOnce)
    .toArray();
  for (const { id } of ended) {
    trimEvents(sql, id, Number.MAX_SAFE_INTEGER);
    for (const table of ["step", "result", "image"]) sql.exec(`DELETE FROM ${table} WHERE run_id = ?`, id);
    sql.exec("DELETE FROM run WHERE id = ?", id);
  }
  return ended.length === runsAtOnce;
}

/** Forgets a run's events up to a time, and notes up to where the log is not whole any more. */
function trimEvents(sql: SqlStorage, runId: string, until: number): void {
  const { last } = sql
    .exec<{ last: number }>(
      "SELECT coalesce(max(pos), 0) AS last FROM event WHERE run_id = ? AND at <= ?",
      runId,
      until,
    )
    .one();
  if (last === 0) return;
  sql.exec("UPDATE log SET trimmed_pos = max(trimmed_pos, ?) WHERE id = 1", last);
  sql.exec("DELETE FROM event WHERE run_id = ? AND at <= ?", runId, until);
}

function nextDue(sql: SqlStorage): number | null {
  const { due } = sql
    .exec<{ due: number | null }>(
      `SELECT min(due) AS due FROM (
         SELECT min(ended_at) + ? AS due FROM run WHERE ended_at > (SELECT deltas_until FROM log WHERE id = 1)
         UNION ALL SELECT min(ended_at) + ? FROM run
         UNION ALL SELECT min(at) + ? FROM event WHERE run_id = '')`,
      deltaRetentionMs,
      retentionMs,
      retentionMs,
    )
    .one();
  return due;
}
