import type Anthropic from "@anthropic-ai/sdk";
import type { ModelEvent, TokenUsage, ToolUseBlock, TurnBlock } from "./port.ts";

type ToolDraft = { type: "tool_draft"; id: string; name: string; json: string; given: unknown };
type Draft = Exclude<TurnBlock, ToolUseBlock> | ToolDraft;

/**
 * Puts a streamed answer together, strictly: a tool's input is parsed whole or not at all. (The SDK's own helper
 * repairs input that was cut off, which would run half a call.)
 */
export class Hearing {
  readonly #blocks = new Map<number, Draft>();
  #usage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  #stopReason: Anthropic.StopReason | null = null;
  #ended = false;

  *hear(event: Anthropic.RawMessageStreamEvent): Generator<ModelEvent> {
    switch (event.type) {
      case "message_start":
        yield this.#count(event.message.usage);
        return;
      case "content_block_start":
        yield* this.#open(event.index, event.content_block);
        return;
      case "content_block_delta":
        yield* this.#add(event.index, event.delta);
        return;
      case "content_block_stop": {
        const block = this.#blocks.get(event.index);
        if (block?.type === "text" && block.text !== "") yield { type: "text_done", text: block.text };
        return;
      }
      case "message_delta":
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        yield this.#count(event.usage);
        return;
      case "message_stop":
        this.#ended = true;
        return;
    }
  }

  /** The event the stream ends with, once nothing more comes. */
  end(): ModelEvent {
    if (!this.#ended || this.#stopReason === null) {
      return { type: "failed", failure: { kind: "cut", detail: "The model's answer broke off before its end." } };
    }
    const content = this.#content();
    const calls = content.some((block) => block.type === "tool_use");
    switch (this.#stopReason) {
      case "model_context_window_exceeded":
        return {
          type: "failed",
          failure: { kind: "context_overflow", detail: "The answer filled the model's context." },
        };
      case "refusal":
      case "pause_turn":
      case "max_tokens":
        return { type: "done", content, stopReason: this.#stopReason };
      default:
        // Servers other than Claude's end a turn that has calls, and the reverse, with whatever reason they like.
        return { type: "done", content, stopReason: calls ? "tool_use" : "end_turn" };
    }
  }

  #count(usage: Partial<Anthropic.Usage> | Anthropic.MessageDeltaUsage): ModelEvent {
    const known = this.#usage;
    this.#usage = {
      inputTokens: usage.input_tokens ?? known.inputTokens,
      outputTokens: usage.output_tokens ?? known.outputTokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? known.cacheReadTokens,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? known.cacheWriteTokens,
    };
    return { type: "usage", usage: this.#usage };
  }

  *#open(index: number, block: Anthropic.RawContentBlockStartEvent["content_block"]): Generator<ModelEvent> {
    if (block.type === "text") {
      this.#blocks.set(index, { type: "text", text: block.text });
      if (block.text !== "") yield { type: "text", text: block.text };
    } else if (block.type === "tool_use") {
      this.#blocks.set(index, { type: "tool_draft", id: block.id, name: block.name, json: "", given: block.input });
      yield { type: "tool_start", id: block.id, name: block.name };
    } else if (block.type === "thinking") {
      this.#blocks.set(index, { type: "thinking", thinking: block.thinking, signature: block.signature });
    } else if (block.type === "redacted_thinking") {
      this.#blocks.set(index, { type: "redacted_thinking", data: block.data });
    }
  }

  *#add(index: number, delta: Anthropic.RawContentBlockDelta): Generator<ModelEvent> {
    const block = this.#blocks.get(index);
    if (block?.type === "text" && delta.type === "text_delta") {
      block.text += delta.text;
      yield { type: "text", text: delta.text };
    } else if (block?.type === "tool_draft" && delta.type === "input_json_delta") {
      block.json += delta.partial_json;
      if (delta.partial_json !== "") yield { type: "tool_json", id: block.id, json: delta.partial_json };
    } else if (block?.type === "thinking" && delta.type === "thinking_delta") {
      block.thinking += delta.thinking;
    } else if (block?.type === "thinking" && delta.type === "signature_delta") {
      block.signature = delta.signature;
    }
  }

  #content(): TurnBlock[] {
    const blocks = [...this.#blocks].sort(([one], [other]) => one - other).map(([, block]) => block);
    // A thought without its signature was cut off, or is another server's own: it could not be handed back.
    const inOrder = blocks.filter((block) => block.type !== "thinking" || block.signature !== "");
    const cut = this.#stopReason === "max_tokens" || this.#stopReason === "refusal";
    return inOrder.map((block, place): TurnBlock => {
      if (block.type !== "tool_draft") return block;
      return toolUse(block, cut && place === inOrder.length - 1);
    });
  }
}

/** The call, its input believed only where it came whole. */
function toolUse({ id, name, json, given }: ToolDraft, cut: boolean): ToolUseBlock {
  const call = { type: "tool_use" as const, id, name };
  if (cut) return { ...call, input: {}, fault: "cut" };
  // Some servers send the input whole with the start of the block.
  const input = json.trim() === "" ? (given ?? {}) : parsed(json);
  return isRecord(input) ? { ...call, input } : { ...call, input: {}, fault: "not_json" };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // not JSON: the caller marks the call
  }
}
