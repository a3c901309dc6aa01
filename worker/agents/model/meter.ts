import type { TokenUsage } from "../../billing/index.ts";
import { tokensIn } from "./estimate.ts";
import type { ModelEvent, ModelRequest } from "./port.ts";
import { noTokens } from "./server-usage.ts";

/** No tokenizer makes tokens longer than this on average: a shorter count is no count of the answer. */
const maxTokenLength = 32;

/** How a call ended: the answer came whole, it broke off, or we stopped listening. */
export type CallEnd = "whole" | "broken" | "cancelled";

/**
 * What a call of the model costs in tokens. The server's own figures count where it has given them; what was heard is
 * estimated where it has not, since a cancelled or broken answer is paid for as well, and some servers report nothing.
 */
export class Meter {
  readonly #promptTokens: number;
  readonly #maxTokens: number;
  #said: TokenUsage = noTokens;
  #isFinal = false;
  #hasBegun = false;
  #heardTokens = 0;
  #heardCharacters = 0;

  /** @param promptTokens what the request is estimated to hold */
  constructor({ maxTokens }: Pick<ModelRequest, "maxTokens">, promptTokens: number) {
    this.#promptTokens = promptTokens;
    this.#maxTokens = maxTokens;
  }

  hear(event: ModelEvent): void {
    switch (event.type) {
      case "usage":
        this.#said = event.usage;
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

  usage(end: CallEnd): TokenUsage {
    return { ...this.#prompt(end), outputTokens: this.#output(end) };
  }

  #add(text: string): void {
    this.#heardTokens += tokensIn(text);
    this.#heardCharacters += text.length;
  }

  #prompt(end: CallEnd): TokenUsage {
    const { inputTokens, cacheReadTokens, cacheWriteTokens } = this.#said;
    if (inputTokens + cacheReadTokens + cacheWriteTokens > 0) return this.#said;
    // A request that was under way when we left has been read, or will be, whether or not anything had come yet.
    const wasRead = this.#hasBegun || end === "cancelled";
    return { ...noTokens, inputTokens: wasRead ? this.#promptTokens : 0 };
  }

  #output(end: CallEnd): number {
    const said = this.#said.outputTokens;
    if (said > 0 && this.#isFinal) return said;
    // What a server says when it begins is a first count, and the last one where nothing follows.
    const isPlausible = said > 0 && this.#heardCharacters <= said * maxTokenLength;
    if (end === "whole" && isPlausible) return said;
    return Math.max(said, Math.min(this.#maxTokens, this.#heardTokens));
  }
}
