import type { TokenUsage } from "../../billing/index.ts";
import { tokensIn } from "./estimate.ts";
import type { ModelEvent, ModelRequest } from "./port.ts";
import { noTokens } from "./server-usage.ts";

/** The maximum average length of a tokenizer's tokens, in characters: a lower token count cannot be the answer's. */
const maxTokenLength = 32;

/** How a call ended: the answer was complete, it broke off, or the caller aborted it. */
export type CallEnd = "whole" | "broken" | "cancelled";

/**
 * Meters a call of a model in tokens. Uses the server's figures where it has reported them, and estimates the rest from
 * the streamed content: cancelled and broken answers are charged too, and some servers report nothing.
 */
export class Meter {
  readonly #promptTokens: number;
  readonly #maxTokens: number;
  #reported: TokenUsage = noTokens;
  #isFinal = false;
  #hasBegun = false;
  #heardTokens = 0;
  #heardCharacters = 0;

  /** @param promptTokens the estimated size of the request in tokens */
  constructor({ maxTokens }: Pick<ModelRequest, "maxTokens">, promptTokens: number) {
    this.#promptTokens = promptTokens;
    this.#maxTokens = maxTokens;
  }

  /** Counts an event of the call. */
  hear(event: ModelEvent): void {
    switch (event.type) {
      case "usage":
        this.#reported = event.usage;
        this.#isFinal = event.isFinal ?? false;
        break;
      case "text":
      case "unseen":
        this.#add(event.text);
        break;
      case "tool_start":
        this.#add(event.name);
        break;
      case "tool_json":
        this.#add(event.json);
        break;
      default:
        return;
    }
    this.#hasBegun = true;
  }

  /** Returns the call's usage so far, for the way it ended. */
  usage(end: CallEnd): TokenUsage {
    return { ...this.#prompt(end), outputTokens: this.#output(end) };
  }

  #add(text: string): void {
    this.#heardTokens += tokensIn(text);
    this.#heardCharacters += text.length;
  }

  #prompt(end: CallEnd): TokenUsage {
    const { inputTokens, cacheReadTokens, cacheWriteTokens } = this.#reported;
    if (inputTokens + cacheReadTokens + cacheWriteTokens > 0) return this.#reported;
    // A request that was in flight at the abort has been read or will be, even when nothing had arrived yet.
    const wasRead = this.#hasBegun || end === "cancelled";
    return { ...noTokens, inputTokens: wasRead ? this.#promptTokens : 0 };
  }

  #output(end: CallEnd): number {
    const reported = this.#reported.outputTokens;
    if (reported > 0 && this.#isFinal) return reported;
    // The figure at the start of an answer is preliminary, or final when no other figure follows.
    const isPlausible = reported > 0 && this.#heardCharacters <= reported * maxTokenLength;
    if (end === "whole" && isPlausible) return reported;
    return Math.max(reported, Math.min(this.#maxTokens, this.#heardTokens));
  }
}
