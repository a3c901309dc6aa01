import type { RunEvent } from "../../contract/index.ts";

/**
 * One row of the project's log: the JSON that every reader gets, and where it stands. `pos` counts the project's log,
 * `seq` the run's. A revision that a person or a program made outside of a run has no run: `runId` is empty and `seq`
 * is its number.
 */
export type Frame = { pos: number; runId: string; seq: number; type: RunEvent["type"]; data: string };

/** The run of what belongs to none. */
export const noRun = "";

export type PageLimit = { frames: number; characters: number };

type Row = { pos: number; run_id: string; seq: number; type: Frame["type"]; data: string };

const columns = "pos, run_id, seq, type, data";

export function insertFrame(sql: SqlStorage, { pos, runId, seq, type, data }: Frame, at: number): void {
  sql.exec(
    "INSERT INTO event (pos, run_id, seq, type, data, at) VALUES (?, ?, ?, ?, ?, ?)",
    pos,
    runId,
    seq,
    type,
    data,
    at,
  );
}

export const hasFrame = (sql: SqlStorage, runId: string, seq: number): boolean =>
  sql.exec("SELECT 1 FROM event WHERE run_id = ? AND seq = ?", runId, seq).toArray().length > 0;

/** A run's frames after a `seq`, in order, none beyond `upTo` in the project's log. */
export const framesOfRun = (sql: SqlStorage, runId: string, after: number, upTo: number, limit: PageLimit): Frame[] =>
  page(
    sql.exec<Row>(
      `SELECT ${columns} FROM event WHERE run_id = ? AND seq > ? AND pos <= ? ORDER BY seq LIMIT ?`,
      runId,
      after,
      upTo,
      limit.frames,
    ),
    limit,
  );

/** The project's frames after a `pos`, in order, none beyond `upTo`. */
export const framesOfProject = (sql: SqlStorage, after: number, upTo: number, limit: PageLimit): Frame[] =>
  page(
    sql.exec<Row>(
      `SELECT ${columns} FROM event WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?`,
      after,
      upTo,
      limit.frames,
    ),
    limit,
  );

/** The number of a run's newest event; 0 where it has none. */
export const lastSeqOf = (sql: SqlStorage, runId: string): number =>
  sql.exec<{ last: number }>("SELECT coalesce(max(seq), 0) AS last FROM event WHERE run_id = ?", runId).one().last;

/** The position of the newest event that ever was: a position is not used again when its event has been trimmed. */
export const newestPos = (sql: SqlStorage): number =>
  sql
    .exec<{ newest: number }>(
      "SELECT max(trimmed_pos, (SELECT coalesce(max(pos), 0) FROM event)) AS newest FROM log WHERE id = 1",
    )
    .one().newest;

/** Ends at the first row that fills the page, so that one always comes. */
function page(rows: Iterable<Row>, { characters }: PageLimit): Frame[] {
  const frames: Frame[] = [];
  let read = 0;
  for (const { pos, run_id, seq, type, data } of rows) {
    frames.push({ pos, runId: run_id, seq, type, data });
    read += data.length;
    if (read >= characters) break;
  }
  return frames;
}
