import { noRun } from "./event-table.ts";

const dayMs = 86_400_000;

/** Retention of an ended run's log. Deltas are kept for less time, because the `*.done` events repeat their content. */
const retentionMs = 7 * dayMs;
const deltaRetentionMs = dayMs;

/** Runs trimmed per alarm, so that other requests get their turn, and the minimum time until the next alarm. */
const runsAtOnce = 20;
const nextAlarmMs = 1_000;
const minPauseMs = 3_600_000;

/** Returns the highest position whose whole event was deleted. */
export const trimmedPos = (sql: SqlStorage): number =>
  sql.exec<{ trimmed_pos: number }>("SELECT trimmed_pos FROM log WHERE id = 1").one().trimmed_pos;

/**
 * Deletes expired rows: deltas of runs that ended a day ago, everything of runs that ended a week ago, and week-old
 * revision events. Ended runs remain in Postgres with their messages; active runs are never trimmed.
 * @param now milliseconds since the epoch
 * @returns when to trim next, in milliseconds since the epoch; null when nothing will expire
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

/** Deletes a run's events up to a time, and records the highest deleted position. */
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
