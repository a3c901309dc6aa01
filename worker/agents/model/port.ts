import type { PriceAt, TokenUsage } from "../../billing/index.ts";
import type { ModelTier } from "../../contract/index.ts";

/** What the loop asks of a model, whichever it is. No word of any vendor's API. */

type TextBlock = { type: "text"; text: string };
/** A thought, kept because some models want it handed back unchanged. It is never shown. */
type ThinkingBlock = { type: "thinking"; thinking: string; signature: string };
type HiddenThinkingBlock = { type: "redacted_thinking"; data: string };
export type ToolUseBlock = {
  type: "tool_use";
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Set where the input must not be believed: the answer was cut off inside it, or it is not JSON. `input` is then empty. */
  fault?: "cut" | "not_json";
};
export type TurnBlock = TextBlock | ThinkingBlock | HiddenThinkingBlock | ToolUseBlock;

/** `cancelled` is the loop's own: a turn kept as far as it had come when the run was cancelled. */
export type TurnEnd = "end_turn" | "tool_use" | "max_tokens" | "pause_turn" | "refusal" | "cancelled";

type ImageBlock = {
  type: "image";
  mediaType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  data: string;
};
type ToolResultBlock = { type: "tool_result"; toolUseId: string; content: string; isError: boolean };
export type UserBlock = TextBlock | ImageBlock | ToolResultBlock;

export type ModelMessage = { role: "user"; content: UserBlock[] } | { role: "assistant"; content: TurnBlock[] };

export type ToolDefinition = { name: string; description: string; inputSchema: Record<string, unknown> };

export type ModelRequest = {
  tier: ModelTier;
  /** `stable` is the same for every run of an agent, `own` for every step of a run: both are worth caching. */
  system: { stable: string; own: string };
  tools: ToolDefinition[];
  messages: ModelMessage[];
  maxTokens: number;
};

export type FailureKind =
  | "overloaded"
  | "rate_limited"
  | "unavailable"
  | "cut"
  | "context_overflow"
  | "invalid"
  | "auth"
  | "unknown_model"
  /** What answers at the address does not speak the Messages API, or not so that it can be understood. */
  | "not_understood"
  /** The model ended its turn without a word or a call. */
  | "empty"
  | "cancelled";

export type ModelFailure = {
  kind: FailureKind;
  /** A sentence for the person whose run it was. */
  detail: string;
  /** How long the model's server asked to be left alone. */
  retryAfterMs?: number;
  /** The most requests that are made in all where this is what fails; the loop's own limit where nothing is said. */
  maxAttempts?: number;
};

/** A stream ends with `done` or `failed`, exactly once. Failures are values: `stream` does not throw. */
export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "text_done"; text: string }
  | { type: "tool_start"; id: string; name: string }
  | { type: "tool_json"; id: string; json: string }
  /** A part of the answer that nobody is shown as it comes: a thought, or a tool's input that came whole. */
  | { type: "unseen"; text: string }
  /**
   * The server has begun to answer, and what it has said so far of the tokens; each replaces the one before. `isFinal` once it
   * has said how long the answer was.
   */
  | { type: "usage"; usage: TokenUsage; isFinal?: boolean }
  | { type: "done"; content: TurnBlock[]; stopReason: Exclude<TurnEnd, "cancelled"> }
  | { type: "failed"; failure: ModelFailure };

export type ModelPort = {
  /** The model behind a tier, as its server calls it. */
  modelId(tier: ModelTier): string;
  /** What the model behind a tier costs. */
  priceOf(tier: ModelTier): PriceAt;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
};
