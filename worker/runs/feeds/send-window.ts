/** The minimum number of characters between two marks, each of which records how much was sent up to a position. */
const markEvery = 8_000;

type Mark = { pos: number; sent: number };

/**
 * Counts the characters sent to a viewer beyond its last acknowledgement. A WebSocket does not report its buffered
 * amount, so only this window keeps a slow reader from exhausting the isolate's memory.
 */
export class SendWindow {
  /** Whether the viewer sends acknowledgements: a slow viewer then gets backpressure, and is otherwise disconnected. */
  isAcknowledged = false;
  #sent = 0;
  #acknowledged = 0;
  #marks: Mark[] = [];

  get inFlight(): number {
    return this.#sent - this.#acknowledged;
  }

  /**
   * Counts a message as sent.
   * @param pos its position; null for a notice that is not part of the log
   */
  recordSent(pos: number | null, characters: number): void {
    this.#sent += characters;
    if (pos === null) return;
    const last = this.#marks.at(-1);
    const before = this.#marks.at(-2)?.sent ?? this.#acknowledged;
    if (last && last.sent - before < markEvery) this.#marks.pop();
    this.#marks.push({ pos, sent: this.#sent });
  }

  acknowledge(pos: number): void {
    this.isAcknowledged = true;
    this.ackUpTo(pos);
  }

  /** Counts everything up to a position as read. */
  ackUpTo(pos: number): void {
    const next = this.#marks.findIndex((mark) => mark.pos > pos);
    const passed = next === -1 ? this.#marks : this.#marks.slice(0, next);
    this.#acknowledged = passed.at(-1)?.sent ?? this.#acknowledged;
    this.#marks = next === -1 ? [] : this.#marks.slice(next);
  }
}
