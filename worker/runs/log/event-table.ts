import type { RunEvent } from "../../contract/index.ts";

/**
 * One row of a project's event log: its position, its keys and the JSON that every reader receives. `pos` numbers the
 * project's log, `seq` the run's. An event that belongs to no run has an empty `runId`; its `seq` is the number of a
 * revision, or negative for a comment.
 */
export type Frame = {
  pos: number;
  runId: string;
  seq: number;
  type: RunEvent["type"] | "comment.created" | "comment.deleted";
  data: string;
};

/** The `runId` of events that belong to no run. */
export const noRun = "";

/** Limits of one page: a maximum of frames, and a number of characters after which the page ends. */
export type PageLimit = { frames: number; characters: number };

type Row = { pos: number; run_id: string; seq: number; type: Frame["type"]; data: string };

const columns = "pos, run_id, seq, type, data";

/**
 * Inserts one frame.
 * @param at milliseconds since the epoch
 */
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

/** Whether the log has a run's event with this `seq`. */
export const hasFrame = (sql: SqlStorage, runId: string, seq: number): boolean =>
  sql.exec("SELECT 1 FROM event WHERE run_id = ? AND seq = ?", runId, seq).toArray().length > 0;

/** Returns a run's frames after `seq` in order, none beyond position `upTo` of the project's log. */
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

/** Returns the project's frames after position `after` in order, none beyond `upTo`. */
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

/** Returns the `seq` of a run's newest event; 0 when it has none. */
export const lastSeqOf = (sql: SqlStorage, runId: string): number =>
  sql.exec<{ last: number }>("SELECT coalesce(max(seq), 0) AS last FROM event WHERE run_id = ?", runId).one().last;

/** Returns the highest position ever assigned. Positions are not reused after their events are trimmed. */
export const newestPos = (sql: SqlStorage): number =>
  sql
    .exec<{ newest: number }>(
      "SELECT max(trimmed_pos, (SELECT coalesce(max(pos), 0) FROM event)) AS newest FROM log WHERE id = 1",
    )
    .one().newest;

/**
 * Collects rows up to and including the first row that fills the page, so that a page is never empty while rows remain.
 */
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
