import type { RunEvent } from "../../contract/index.ts";
import type { RunRecord } from "../executor/run-table.ts";
import { framesOfRun } from "./event-table.ts";

/** The maximum number of characters on a page of JSON. */
const pageCharacters = 1_000_000;

/** The result of reading a page: the run is unknown here, `after` is beyond its newest event, or the page. */
export type EventsAnswer =
  | { outcome: "unknown" }
  | { outcome: "beyond"; lastSeq: number }
  | { outcome: "page"; events: RunEvent[]; lastSeq: number; ended: boolean };

/** Reads a page of at most `limit` events of a run after `after`. */
export function eventPageOf(sql: SqlStorage, record: RunRecord, after: number, limit: number): EventsAnswer {
  const { id, lastSeq, endedAt } = record;
  if (after > lastSeq) return { outcome: "beyond", lastSeq };
  const frames = framesOfRun(sql, id, after, Number.MAX_SAFE_INTEGER, { frames: limit, characters: pageCharacters });
  const events = frames.map(({ data }): RunEvent => JSON.parse(data));
  return { outcome: "page", events, lastSeq, ended: endedAt !== null };
}
