import { z } from "zod";

const times = z.int().min(1).optional();

/**
 * Injectable faults. Each strikes `times` requests (1 by default) and is then used up.
 * - `status`: an HTTP error instead of a response, optionally with `retry-after` in seconds.
 * - `cut`: destroys the connection after this many bytes of the body.
 * - `error_event`: an `error` event of this type after this many content deltas, then the end of the stream.
 * - `bad_tool_json`: truncates the tool input's JSON in a turn that reports a normal end.
 * - `max_tokens`: the response stops in the middle of its last block with stop reason `max_tokens`.
 * - `refusal`: no content, stop reason `refusal`.
 * - `pause_turn`: half of the text and no call, stop reason `pause_turn`: the client is expected to continue the turn.
 * - `context_overflow`: rejects the request as too long.
 * - `hang`: sends the headers and the first event, then nothing until the client disconnects.
 */
export const fault = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    times,
    status: z.int().min(400).max(599),
    retryAfter: z.number().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal("cut"), times, atByte: z.int().min(0) }),
  z.strictObject({
    kind: z.literal("error_event"),
    times,
    type: z.enum(["overloaded_error", "api_error"]).optional(),
    afterDeltas: z.int().min(0).optional(),
  }),
  z.strictObject({
    kind: z.enum(["bad_tool_json", "max_tokens", "refusal", "pause_turn", "context_overflow", "hang"]),
    times,
  }),
]);

export type Fault = z.infer<typeof fault>;

/** A queue of pending faults, in order. */
export class FaultQueue {
  readonly #waiting: Fault[] = [];
  /** Number of times that each fault requested by a prompt has struck, until a response succeeds. */
  readonly #struck = new Map<string, number>();

  add(...faults: Fault[]): void {
    this.#waiting.push(...faults);
  }

  /**
   * Takes the next fault: the server's own first, then the prompt's.
   * @param key identifies prompt and step, for the count
   */
  take(key: string, fromPrompt: Fault | undefined): Fault | undefined {
    const next = this.#waiting[0];
    if (next) {
      const left = (next.times ?? 1) - 1;
      if (left > 0) this.#waiting[0] = { ...next, times: left };
      else this.#waiting.shift();
      return next;
    }
    if (!fromPrompt) return undefined;
    const struck = this.#struck.get(key) ?? 0;
    if (struck >= (fromPrompt.times ?? 1)) {
      this.#struck.delete(key);
      return undefined;
    }
    this.#struck.set(key, struck + 1);
    return fromPrompt;
  }
}
