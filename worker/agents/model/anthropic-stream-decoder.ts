import type { TokenUsage } from "../../billing/index.ts";
import { AnswerBlocks } from "./answer-blocks.ts";
import { failureInStream, foreignFailure } from "./anthropic-failure.ts";
import type { ModelEvent, ModelFailure } from "./port.ts";
import { noTokens, tellsOutput, withFigures } from "./server-usage.ts";
import { isRecord, type StreamEvent } from "./stream-events.ts";

/** The stage of an answer: `stopping` once its stop reason has arrived and its end has not. */
export type Stage = "open" | "stopping" | "ended" | "failed";

/**
 * Decodes a streamed answer. Tool inputs are parsed completely or not at all: the SDK's helper repairs truncated input,
 * which would execute half a call. Everything else is decoded leniently, as servers other than Claude's send it.
 */
export class StreamDecoder {
  readonly #blocks: AnswerBlocks;
  #usage: TokenUsage = noTokens;
  #isFinal = false;
  #stopReason: string | null = null;
  #hasBegun = false;
  #hasEnded = false;
  #failure: ModelFailure | null = null;

  /** @param takenIds the ids of the conversation's earlier calls */
  constructor(takenIds: Iterable<string> = []) {
    this.#blocks = new AnswerBlocks(takenIds);
  }

  get stage(): Stage {
    if (this.#failure !== null) return "failed";
    if (this.#hasEnded) return "ended";
    return this.#stopReason === null ? "open" : "stopping";
  }

  get hasContent(): boolean {
    return this.#blocks.count > 0;
  }

  get isThinking(): boolean {
    return this.#blocks.isThinking;
  }

  /**
   * Decodes an event.
   * @returns whether it added content; pings, comments and empty deltas do not
   */
  *push(event: StreamEvent): Generator<ModelEvent, boolean> {
    if (event.kind === "done") return yield* this.#finish();
    // The answer is complete at this stage, so a later error between a gateway and its server does not void it.
    if (this.stage === "stopping" && (event.kind === "foreign" || event.type === "error")) return yield* this.#finish();
    if (event.kind === "foreign") {
      this.#failure = foreignFailure(event);
      return false;
    }
    const { type, data } = event;
    switch (type) {
      case "message_start":
        return yield* this.#begin(isRecord(data.message) ? data.message : data);
      case "message":
        return yield* this.#hearWhole(data);
      case "content_block_start":
      case "content_block_delta":
        return yield* this.#hearBlock(type, data);
      case "content_block_stop":
        yield* this.#blocks.closeAll();
        return true;
      case "message_delta":
        return yield* this.#hearStop(data);
      case "message_stop":
        return yield* this.#finish();
      case "error":
        this.#failure = failureInStream(data);
        return false;
      default:
        return false;
    }
  }

  /** Yields the final event, once nothing more arrives. */
  *end(): Generator<ModelEvent> {
    if (this.#failure === null && this.stage === "stopping") yield* this.#finish();
    if (this.#failure !== null) yield { type: "failed", failure: this.#failure };
    else if (!this.#hasEnded) yield { type: "failed", failure: brokenOff };
    else if (this.#stopReason === "model_context_window_exceeded") yield { type: "failed", failure: contextFilled };
    else yield this.#done();
  }

  #done(): ModelEvent {
    const reason = this.#stopReason;
    switch (reason) {
      case "refusal":
      case "pause_turn":
      case "max_tokens":
        return { type: "done", content: this.#blocks.content(reason !== "pause_turn"), stopReason: reason };
      default: {
        // Servers other than Claude's end turns, with or without calls, with arbitrary stop reasons or none.
        const content = this.#blocks.content(false);
        const calls = content.some((block) => block.type === "tool_use");
        return { type: "done", content, stopReason: calls ? "tool_use" : "end_turn" };
      }
    }
  }

  *#begin(message: Record<string, unknown>): Generator<ModelEvent, boolean> {
    if (this.#hasBegun) return false;
    this.#hasBegun = true;
    if (isRecord(message.usage)) this.#usage = withFigures(this.#usage, message.usage);
    yield { type: "usage", usage: this.#usage, isFinal: false };
    yield* this.#hearContent(message.content);
    return true;
  }

  /** Decodes a complete message sent in place of a stream. */
  *#hearWhole(message: Record<string, unknown>): Generator<ModelEvent, boolean> {
    yield* this.#begin(message);
    yield* this.#hearStop({ delta: message, usage: message.usage });
    return yield* this.#finish();
  }

  *#hearContent(content: unknown): Generator<ModelEvent> {
    const blocks: unknown[] = typeof content === "string" ? [{ type: "text", text: content }] : [content].flat();
    for (const [index, block] of blocks.entries()) {
      if (isRecord(block)) yield* this.#blocks.open(`whole ${index}`, block);
      if (this.#blocks.isFull) {
        this.#stopReason = "max_tokens";
        return;
      }
    }
  }

  *#hearBlock(type: string, { index, content_block, delta }: Record<string, unknown>): Generator<ModelEvent, boolean> {
    const { characters, count } = this.#blocks;
    if (type === "content_block_start") {
      if (isRecord(content_block)) yield* this.#blocks.open(index, content_block);
    } else if (isRecord(delta)) {
      const understood = yield* this.#blocks.add(index, delta);
      if (!understood) this.#failure = inputWithoutCall;
    }
    if (this.#blocks.isFull) {
      this.#stopReason = "max_tokens";
      return yield* this.#finish();
    }
    return this.#blocks.characters > characters || this.#blocks.count > count || hasSignature(delta);
  }

  *#hearStop({ delta, usage }: Record<string, unknown>): Generator<ModelEvent, boolean> {
    const reason = isRecord(delta) ? delta.stop_reason : undefined;
    const isNew = typeof reason === "string" && reason !== "" && this.#stopReason === null;
    if (isNew) this.#stopReason = otherWords[reason] ?? reason;
    if (isRecord(usage)) {
      this.#usage = withFigures(this.#usage, usage);
      this.#isFinal ||= tellsOutput(usage);
    }
    yield { type: "usage", usage: this.#usage, isFinal: this.#isFinal };
    return isNew;
  }

  *#finish(): Generator<ModelEvent, boolean> {
    const isEmpty = !this.#hasBegun && this.#blocks.count === 0 && this.#stopReason === null;
    if (isEmpty) this.#failure = foreignFailure({ kind: "foreign", what: "other_api", text: "" });
    yield* this.#blocks.closeAll();
    this.#hasEnded = true;
    return true;
  }
}

/** Maps the stop reasons of another API, which some gateways pass through. */
const otherWords: Record<string, string> = {
  length: "max_tokens",
  max_output_tokens: "max_tokens",
  content_filter: "refusal",
};

const hasSignature = (delta: unknown): boolean => isRecord(delta) && typeof delta.signature === "string";

const brokenOff: ModelFailure = { kind: "cut", detail: "The model's response was cut off." };
const contextFilled: ModelFailure = {
  kind: "context_overflow",
  detail: "The response filled the model's context window.",
};
const inputWithoutCall: ModelFailure = {
  kind: "not_understood",
  detail: "The model's server sent a tool's input without naming the tool.",
};
