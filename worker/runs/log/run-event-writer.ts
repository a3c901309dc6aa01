import type { EmittedEvent } from "../../contract/index.ts";
import type { ProjectLog } from "./project-log.ts";

type Delta = Extract<EmittedEvent, { type: "text.delta" | "tool.delta" }>;

/**
 * Every row costs money and readers concatenate deltas anyway: a delta that arrives within `groupMs` of the previous
 * delta waits and shares a row with those that follow. Once `manyDeltas` have shared a row, the group waits for
 * `fastGroupMs`.
 */
const groupMs = 15;
const manyDeltas = 4;
const fastGroupMs = 20;
const groupCharacters = 4_000;

/** Writes one run's events into the project's log: assigns `seq`, and groups deltas that arrive in quick succession. */
export class RunEventWriter {
  readonly #log: ProjectLog;
  readonly #runId: string;
  #lastSeq: number;
  #pending: { delta: Delta; count: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /**
   * The text or tool input that the newest delta belongs to, when its row was stored, and how many deltas share the
   * row.
   */
  #last: { stream: string; at: number; count: number } | null = null;

  constructor(log: ProjectLog, runId: string, lastSeq: number) {
    this.#log = log;
    this.#runId = runId;
    this.#lastSeq = lastSeq;
  }

  get isGrouping(): boolean {
    return this.#timer !== null;
  }

  /**
   * Appends an event, or groups a delta with the pending ones.
   * @returns the `seq` that the event has or will have
   */
  readonly emit = (event: EmittedEvent): number => {
    if (event.type !== "text.delta" && event.type !== "tool.delta") {
      this.flush();
      this.#last = null;
      return this.#append(event);
    }
    const stream = event.type === "text.delta" ? `text ${event.step}` : `tool ${event.toolUseId}`;
    if (stream !== this.#last?.stream) {
      this.flush();
      return this.#appendDeltas(stream, event, 1);
    }
    const { delta, count } = this.#pending ?? { delta: null, count: 0 };
    const group = { delta: delta ? joined(delta, event) : event, count: count + 1 };
    const left = this.#last.at + (this.#last.count >= manyDeltas ? fastGroupMs : groupMs) - Date.now();
    if (left <= 0 || lengthOf(group.delta) >= groupCharacters) {
      this.#stopWaiting();
      return this.#appendDeltas(stream, group.delta, group.count);
    }
    this.#pending = group;
    this.#timer ??= setTimeout(() => this.flush(), left);
    return this.#lastSeq + 1;
  };

  /** Resolves when the stored events have been sent to the run's readers. */
  delivered(): Promise<void> {
    return this.#log.delivered();
  }

  /** Stores the pending deltas. */
  flush(): void {
    const pending = this.#pending;
    this.#stopWaiting();
    if (pending && this.#last) this.#appendDeltas(this.#last.stream, pending.delta, pending.count);
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending = null;
  }

  #appendDeltas(stream: string, delta: Delta, count: number): number {
    this.#last = { stream, at: Date.now(), count };
    return this.#append(delta);
  }

  #append(event: EmittedEvent): number {
    const at = Date.now();
    const seq = this.#lastSeq + 1;
    const data = JSON.stringify({ seq, runId: this.#runId, at: new Date(at).toISOString(), ...event });
    this.#log.append({ runId: this.#runId, seq, type: event.type, data }, at);
    this.#lastSeq = seq;
    return seq;
  }
}

function joined(one: Delta, other: Delta): Delta {
  if (one.type === "text.delta" && other.type === "text.delta") return { ...one, text: one.text + other.text };
  if (one.type === "tool.delta" && other.type === "tool.delta") return { ...one, json: one.json + other.json };
  return other;
}

const lengthOf = (delta: Delta): number => (delta.type === "text.delta" ? delta.text.length : delta.json.length);
