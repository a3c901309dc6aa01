import type { PriceAt, TokenUsage } from "../../billing/index.ts";
import type { ModelTier } from "../../contract/index.ts";

// The port of the loop to any model, independent of a vendor's API.

type TextBlock = { type: "text"; text: string };
/** A thought, kept because some models require it to be sent back unchanged. Never shown to people. */
type ThinkingBlock = { type: "thinking"; thinking: string; signature: string };
type HiddenThinkingBlock = { type: "redacted_thinking"; data: string };
/** A call of a tool. */
export type ToolUseBlock = {
  type: "tool_use";
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Set when the input is unusable: the answer was cut off inside it, or it is not JSON. `input` is then empty. */
  fault?: "cut" | "not_json";
};
export type TurnBlock = TextBlock | ThinkingBlock | HiddenThinkingBlock | ToolUseBlock;

/** `cancelled` is set by the loop: the part of a turn that had arrived when the run was cancelled. */
export type TurnEnd = "end_turn" | "tool_use" | "max_tokens" | "pause_turn" | "refusal" | "cancelled";

type ImageBlock = {
  type: "image";
  mediaType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  data: string;
};
/** A picture in a tool's result; its tokens are counted by its size in pixels. */
type ResultImageBlock = ImageBlock & { width: number; height: number };
type ToolResultBlock = {
  type: "tool_result";
  toolUseId: string;
  content: string;
  isError: boolean;
  image?: ResultImageBlock;
};
export type UserBlock = TextBlock | ImageBlock | ToolResultBlock;

export type ModelMessage = { role: "user"; content: UserBlock[] } | { role: "assistant"; content: TurnBlock[] };

export type ToolDefinition = { name: string; description: string; inputSchema: Record<string, unknown> };

/** A request to the model of a tier. `maxTokens` limits the output. */
export type ModelRequest = {
  tier: ModelTier;
  /** `stable` is the same for every run of an agent, `own` for every step of a run; both are cached. */
  system: { stable: string; own: string };
  tools: ToolDefinition[];
  messages: ModelMessage[];
  maxTokens: number;
};

/** Why a call of a model failed. */
export type FailureKind =
  | "overloaded"
  | "rate_limited"
  | "unavailable"
  | "cut"
  | "context_overflow"
  | "invalid"
  | "auth"
  | "unknown_model"
  /** The server at the URL does not implement the Messages API, or not compatibly. */
  | "not_understood"
  /** The model ended its turn without text and without a call. */
  | "empty"
  | "cancelled";

/** A failed call of a model. */
export type ModelFailure = {
  kind: FailureKind;
  /** A sentence for the run's owner. */
  detail: string;
  /** How long the model's server asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** The maximum number of attempts at this failure; the loop's own limit when absent. */
  maxAttempts?: number;
};

/** A stream ends with exactly one `done` or `failed`. Failures are values: `stream` does not throw. */
export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "text_done"; text: string }
  | { type: "tool_start"; id: string; name: string }
  | { type: "tool_json"; id: string; json: string }
  /** Content that is not shown while it streams: a thought, or a tool's input that arrived complete. */
  | { type: "unseen"; text: string }
  /**
   * The server has started to answer, with its token counts so far; each event replaces the previous counts. `isFinal`
   * once the server has reported the output count.
   */
  | { type: "usage"; usage: TokenUsage; isFinal?: boolean }
  | { type: "done"; content: TurnBlock[]; stopReason: Exclude<TurnEnd, "cancelled"> }
  | { type: "failed"; failure: ModelFailure };

/** A model, or several by tier. */
export type ModelPort = {
  /** Returns the id of a tier's model at its server. */
  modelId(tier: ModelTier): string;
  /** Returns the price of a tier's model. */
  priceOf(tier: ModelTier): PriceAt;
  /** Calls the model. Aborting the signal ends the stream. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
};
