import { z } from "zod";

const times = z.int().min(1).optional();

/**
 * What can go wrong on purpose. Each fault strikes `times` requests (1 unless told otherwise) and is then spent.
 * - `status`: an HTTP error instead of an answer, with `retry-after` in seconds where given.
 * - `cut`: the connection is destroyed once this many bytes of the body have been sent.
 * - `error_event`: an `error` event of this type after so many content deltas, then the end of the stream.
 * - `bad_tool_json`: the tool input's JSON breaks off, though the turn says it ended well.
 * - `max_tokens`: the answer stops in the middle of its last block with stop reason `max_tokens`.
 * - `refusal`: no content, stop reason `refusal`.
 * - `pause_turn`: half of the text and no call, stop reason `pause_turn`: the model wants to be asked to go on.
 * - `context_overflow`: the request is refused as too long.
 * - `hang`: the headers and the first event come, then nothing until the client gives up.
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

/** The faults still to come, in order. */
export class FaultQueue {
  readonly #waiting: Fault[] = [];
  /** How often each fault that a prompt asked for has struck, until an answer gets through. */
  readonly #struck = new Map<string, number>();

  add(...faults: Fault[]): void {
    this.#waiting.push(...faults);
  }

  /** Takes the next fault: the server's own first, then the one this prompt asks for. */
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
