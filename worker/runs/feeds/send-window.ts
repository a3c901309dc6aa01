/** A mark at most at every so many characters says which position was sent when. */
const markEvery = 8_000;

type Mark = { pos: number; sent: number };

/**
 * How much a viewer has been sent beyond what it has acknowledged. A socket does not tell how much of it still waits to
 * leave, so this is what keeps a slow reader from filling the memory.
 */
export class SendWindow {
  /** Whether the viewer acknowledges at all: one who does is waited for, one who does not is cut. */
  isAcknowledged = false;
  #sent = 0;
  #acknowledged = 0;
  #marks: Mark[] = [];

  get inFlight(): number {
    return this.#sent - this.#acknowledged;
  }

  /** @param pos null for what is no part of the log */
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

  /** The viewer has read all up to a position. */
  ackUpTo(pos: number): void {
    const next = this.#marks.findIndex((mark) => mark.pos > pos);
    const passed = next === -1 ? this.#marks : this.#marks.slice(0, next);
    this.#acknowledged = passed.at(-1)?.sent ?? this.#acknowledged;
    this.#marks = next === -1 ? [] : this.#marks.slice(next);
  }
}
