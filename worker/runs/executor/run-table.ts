import type { Question } from "../../agents/index.ts";
import type { MessageContent, RunError, RunOutcome, RunStatus, Usage } from "../../contract/index.ts";
import { type Image, type RunSpec, runSpec } from "../start/run-spec.ts";

/** How a run ends, decided once: Postgres and the log get the same values, even after a crash. */
export type RunEnding = {
  status: "completed" | "failed" | "cancelled";
  usage: Usage;
  error?: RunError;
  /** Absent in endings that an earlier version stored. */
  outcome?: RunOutcome;
  userMessageId: string;
  assistantMessageId: string;
  endedAt: number;
};

/** A question whose answer the run waits for; `untold` until its webhook event is in Postgres. */
export type PendingQuestion = Question & { untold?: true };

/** A run in the Session's SQLite. Times are milliseconds since the epoch. */
export type RunRecord = {
  id: string;
  start: RunSpec;
  status: RunStatus;
  question: PendingQuestion | null;
  ending: RunEnding | null;
  lastSeq: number;
  startedAt: number | null;
  endedAt: number | null;
};

type Row = {
  id: string;
  start: string;
  status: RunStatus;
  question: string | null;
  ending: string | null;
  last_seq: number;
  started_at: number | null;
  ended_at: number | null;
};

/** The number of characters of an image per row: a row of SQLite has at most 2 MB. */
const imagePart = 1_000_000;
/** The maximum number of base64 characters of ended runs' images that a project keeps. */
const keptImageCharacters = 20_000_000;

type ImagePart = Extract<MessageContent, { type: "image" }>;

/** The Session's table of runs: the queue, the active run, and those that have ended. */
export class RunTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Returns a run, or null. */
  find(id: string): RunRecord | null {
    return this.#select("WHERE id = ?", id)[0] ?? null;
  }

  /**
   * Returns a run that must exist.
   * @throws Error when it does not
   */
  get(id: string): RunRecord {
    const record = this.find(id);
    if (!record) throw new Error(`run ${id} is not in this session`);
    return record;
  }

  /** Returns the head of the queue: the oldest run that has not ended. */
  current(): RunRecord | null {
    return this.#select("WHERE ended_at IS NULL ORDER BY position LIMIT 1")[0] ?? null;
  }

  /** Whether any run has ended. */
  hasEnded(): boolean {
    return this.#sql.exec("SELECT 1 FROM run WHERE ended_at IS NOT NULL LIMIT 1").toArray().length > 0;
  }

  /** Returns the active run and the queued ones, in order. */
  unended(): RunRecord[] {
    return this.#select("WHERE ended_at IS NULL ORDER BY position");
  }

  /** Inserts a run at the end of the queue. */
  insert(start: RunSpec, images: Image[]): void {
    this.#sql.exec(
      "INSERT INTO run (id, start, status) VALUES (?, ?, 'queued')",
      start.id,
      JSON.stringify(runSpec.parse(start)),
    );
    for (const [number, { mediaType, data }] of images.entries()) {
      for (let part = 0; part * imagePart < data.length; part += 1) {
        this.#sql.exec(
          "INSERT INTO image (run_id, number, part, media_type, data) VALUES (?, ?, ?, ?, ?)",
          start.id,
          number,
          part,
          mediaType,
          data.slice(part * imagePart, (part + 1) * imagePart),
        );
      }
    }
  }

  /** Returns the images of a run that are still stored. */
  images(id: string): Image[] {
    const images = new Map<number, Image>();
    const parts = this.#sql.exec<{ number: number; media_type: Image["mediaType"]; data: string }>(
      "SELECT number, media_type, data FROM image WHERE run_id = ? ORDER BY number, part",
      id,
    );
    for (const { number, media_type, data } of parts) {
      images.set(number, { mediaType: media_type, data: (images.get(number)?.data ?? "") + data });
    }
    return [...images.values()];
  }

  /** Returns the message parts of a run's images: their media types and sizes in bytes, without the bytes. */
  imageParts(id: string): ImagePart[] {
    return this.#sql
      .exec<{ media_type: Image["mediaType"]; characters: number }>(
        `SELECT media_type, sum(length(rtrim(data, '='))) AS characters FROM image
         WHERE run_id = ? GROUP BY number ORDER BY number`,
        id,
      )
      .toArray()
      .map(({ media_type, characters }) => ({
        type: "image",
        mediaType: media_type,
        bytes: Math.floor((characters * 3) / 4),
      }));
  }

  /** Records that a run starts. @param at milliseconds since the epoch */
  begin(id: string, at: number): void {
    this.#sql.exec("UPDATE run SET status = 'running', started_at = ? WHERE id = ?", at, id);
  }

  /** Records that a run's question was answered. */
  resume(id: string): void {
    this.#sql.exec("UPDATE run SET status = 'running', question = NULL WHERE id = ?", id);
  }

  /** Records that a run waits for an answer. */
  wait(id: string, question: Question): void {
    const questionEmitted: PendingQuestion = { ...question, untold: true };
    this.#sql.exec("UPDATE run SET status = 'waiting', question = ? WHERE id = ?", JSON.stringify(questionEmitted), id);
  }

  /** Records that the question's event is in Postgres. Does nothing when it was answered meanwhile. */
  asked(id: string, { untold: _, ...question }: PendingQuestion): void {
    const emitted = JSON.stringify(question);
    this.#sql.exec(
      "UPDATE run SET question = ? WHERE id = ? AND status = 'waiting' AND question IS NOT NULL",
      emitted,
      id,
    );
  }

  /** Stores how a run will end. */
  decide(id: string, ending: RunEnding): void {
    this.#sql.exec("UPDATE run SET ending = ?, question = NULL WHERE id = ?", JSON.stringify(ending), id);
  }

  /** Records that a run has ended, and deletes what it no longer needs. */
  end(id: string, ending: RunEnding): void {
    this.#sql.exec("UPDATE run SET status = ?, ended_at = ? WHERE id = ?", ending.status, ending.endedAt, id);
    this.#sql.exec("DELETE FROM call WHERE run_id = ?", id);
    this.#deleteOldImages();
  }

  /**
   * Deletes the images of ended runs beyond `keptImageCharacters`, oldest first. Later prompts include the rest.
   */
  #deleteOldImages(): void {
    let room = keptImageCharacters;
    const ofEnded = this.#sql.exec<{ id: string; length: number }>(
      `SELECT run.id, sum(length(image.data)) AS length FROM image JOIN run ON run.id = image.run_id
       WHERE run.ended_at IS NOT NULL GROUP BY run.id ORDER BY run.position DESC`,
    );
    for (const { id, length } of ofEnded.toArray()) {
      room -= length;
      if (room < 0) this.#sql.exec("DELETE FROM image WHERE run_id = ?", id);
    }
  }

  #select(clause: string, ...bindings: string[]): RunRecord[] {
    const lastSeq = "(SELECT coalesce(max(seq), 0) FROM event WHERE event.run_id = run.id) AS last_seq";
    const columns = `id, start, status, question, ending, started_at, ended_at, ${lastSeq}`;
    return this.#sql
      .exec<Row>(`SELECT ${columns} FROM run ${clause}`, ...bindings)
      .toArray()
      .map(recordOf);
  }
}

const recordOf = (row: Row): RunRecord => ({
  id: row.id,
  start: JSON.parse(row.start),
  status: row.status,
  question: row.question === null ? null : JSON.parse(row.question),
  ending: row.ending === null ? null : JSON.parse(row.ending),
  lastSeq: row.last_seq,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

/** Whether a run waits for an answer and no disconnect can cancel it. */
export const isIdle = ({ status, ending, start, question }: RunRecord): boolean =>
  status === "waiting" && ending === null && !question?.untold && start.onDisconnect !== "cancel";
