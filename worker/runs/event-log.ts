import type { EmittedEvent, RunEvent } from "../contract/index.ts";
import type { Bell } from "./bell.ts";

/** An event as it lies in the log: its number, its type and the JSON that every reader gets. */
export type StoredEvent = { seq: number; type: RunEvent["type"]; data: string };

type Delta = Extract<EmittedEvent, { type: "text.delta" | "tool.delta" }>;

/** The first delta goes at once; the rest is grouped for this long, or until it has this many characters. */
const groupMs = 20;
const groupCharacters = 4_000;

/**
 * One run's event log. Appending stores first and rings the bell after, so nobody sees what a crash could take back.
 * Deltas that follow each other closely share a row: rows cost money, and a reader joins the texts anyway.
 */
export class EventLog {
  readonly #sql: SqlStorage;
  readonly #runId: string;
  readonly #bell: Bell;
  #pending: Delta | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastDelta: string | null = null;

  constructor(sql: SqlStorage, runId: string, bell: Bell) {
    this.#sql = sql;
    this.#runId = runId;
    this.#bell = bell;
  }

  /** Appends an event, or groups a delta with those before it. @returns the number the event has or will have */
  readonly emit = (event: EmittedEvent): number => {
    if (event.type !== "text.delta" && event.type !== "tool.delta") {
      this.flush();
      this.#lastDelta = null;
      return this.#append(event);
    }
    const stream = event.type === "text.delta" ? `text ${event.step}` : `tool ${event.toolUseId}`;
    if (stream !== this.#lastDelta) {
      this.flush();
      this.#lastDelta = stream;
      return this.#append(event);
    }
    this.#pending = this.#pending ? joined(this.#pending, event) : event;
    if (lengthOf(this.#pending) >= groupCharacters) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), groupMs);
    return this.lastSeq() + 1;
  };

  /** Stores what is being grouped. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const pending = this.#pending;
    this.#pending = null;
    if (pending) this.#append(pending);
  }

  lastSeq(): number {
    const row = this.#sql.exec<{ last_seq: number }>("SELECT last_seq FROM run WHERE id = ?", this.#runId).toArray()[0];
    return row?.last_seq ?? 0;
  }

  #append(event: EmittedEvent): number {
    const at = Date.now();
    const seq = this.lastSeq() + 1;
    const data = JSON.stringify({ seq, runId: this.#runId, at: new Date(at).toISOString(), ...event });
    this.#sql.exec("UPDATE run SET last_seq = ? WHERE id = ?", seq, this.#runId);
    this.#sql.exec(
      "INSERT INTO event (run_id, seq, type, data, at) VALUES (?, ?, ?, ?, ?)",
      this.#runId,
      seq,
      event.type,
      data,
      at,
    );
    this.#bell.ring(this.#runId);
    return seq;
  }
}

/** A run's events after `after`, at most `limit`, and at most about a megabyte of them. */
export function eventsAfter(sql: SqlStorage, runId: string, after: number, limit: number): StoredEvent[] {
  const events: StoredEvent[] = [];
  let characters = 0;
  const rows = sql.exec<StoredEvent>(
    "SELECT seq, type, data FROM event WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    runId,
    after,
    limit,
  );
  for (const row of rows) {
    events.push(row);
    characters += row.data.length;
    if (characters > 1_000_000) break;
  }
  return events;
}

function joined(one: Delta, other: Delta): Delta {
  if (one.type === "text.delta" && other.type === "text.delta") return { ...one, text: one.text + other.text };
  if (one.type === "tool.delta" && other.type === "tool.delta") return { ...one, json: one.json + other.json };
  return other;
}

const lengthOf = (delta: Delta): number => (delta.type === "text.delta" ? delta.text.length : delta.json.length);
