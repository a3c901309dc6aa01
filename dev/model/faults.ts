/**
 * What can go wrong on purpose. Each fault strikes `times` requests (1 unless told otherwise) and is then spent.
 * - `status`: an HTTP error instead of an answer, with `retry-after` in seconds where given.
 * - `cut`: the connection is destroyed once this many bytes of the body have been sent.
 * - `error_event`: an `error` event of this type after so many content deltas, then the end of the stream.
 * - `bad_tool_json`: the tool input's JSON breaks off, though the turn says it ended well.
 * - `max_tokens`: the answer stops in the middle of its last block with stop reason `max_tokens`.
 * - `refusal`: no content, stop reason `refusal`.
 * - `hang`: the headers and the first event come, then nothing until the client gives up.
 */
export type Fault = { times?: number } & (
  | { kind: "status"; status: number; retryAfter?: number }
  | { kind: "cut"; atByte: number }
  | { kind: "error_event"; type?: "overloaded_error" | "api_error"; afterDeltas?: number }
  | { kind: "bad_tool_json" }
  | { kind: "max_tokens" }
  | { kind: "refusal" }
  | { kind: "hang" }
);

/** The faults still to come, in order. */
export class FaultQueue {
  readonly #waiting: Fault[] = [];
  /** How often each fault that a prompt asked for has struck, until an answer gets through. */
  readonly #struck = new Map<string, number>();

  add(...faults: Fault[]): void {
    this.#waiting.push(...faults);
  }

  /** Takes the next fault: the server's own first, then the one this prompt asks for. */
  take(key: string, asked: Fault | undefined): Fault | undefined {
    const next = this.#waiting[0];
    if (next) {
      const left = (next.times ?? 1) - 1;
      if (left > 0) this.#waiting[0] = { ...next, times: left };
      else this.#waiting.shift();
      return next;
    }
    if (!asked) return undefined;
    const struck = this.#struck.get(key) ?? 0;
    if (struck >= (asked.times ?? 1)) {
      this.#struck.delete(key);
      return undefined;
    }
    this.#struck.set(key, struck + 1);
    return asked;
  }
}
