import { z } from "zod";

/**
 * The subset of the Messages API's request that Edgesmith's client uses. Rejects unknown top-level fields, as the API
 * does.
 */

const cacheControl = z.object({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() });
const cached = { cache_control: cacheControl.nullish() };

const textBlock = z.object({
  type: z.literal("text"),
  text: z.string().min(1, "text content blocks must be non-empty"),
  ...cached,
});
const imageBlock = z.looseObject({
  type: z.enum(["image", "document"]),
  source: z.looseObject({ type: z.string() }),
  ...cached,
});
const thinkingBlock = z.looseObject({ type: z.enum(["thinking", "redacted_thinking"]) });
const toolUseBlock = z.object({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  ...cached,
});
const toolResultBlock = z.object({
  type: z.literal("tool_result"),
  tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  content: z.union([z.string(), z.array(z.union([textBlock, imageBlock]))]).optional(),
  is_error: z.boolean().optional(),
  ...cached,
});
const block = z.discriminatedUnion("type", [textBlock, imageBlock, thinkingBlock, toolUseBlock, toolResultBlock]);

const message = z.strictObject({
  role: z.enum(["user", "assistant", "system"], 'Unexpected role. Allowed roles are "user", "assistant" or "system"'),
  content: z.union([
    z.string().min(1, "content must be non-empty"),
    z.array(block).min(1, "content must be non-empty"),
  ]),
});

const tool = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  eager_input_streaming: z.boolean().nullish(),
  ...cached,
});

const toolChoice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("auto"), disable_parallel_tool_use: z.boolean().optional() }),
  z.object({ type: z.literal("any"), disable_parallel_tool_use: z.boolean().optional() }),
  z.object({ type: z.literal("tool"), name: z.string(), disable_parallel_tool_use: z.boolean().optional() }),
  z.object({ type: z.literal("none") }),
]);

const counted = {
  model: z.string().min(1),
  messages: z.array(message).min(1, "at least one message is required"),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  output_config: z.looseObject({}).optional(),
  cache_control: cacheControl.nullish(),
};

export const messagesRequest = z.strictObject({
  ...counted,
  max_tokens: z.int().min(1),
  stream: z.boolean().optional(),
  metadata: z.looseObject({}).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  speed: z.enum(["standard", "fast"]).nullish(),
  stop_sequences: z.array(z.string().min(1)).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  container: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
  inference_geo: z.string().nullish(),
});

export const countTokensRequest = z.strictObject(counted);

export type Block = z.infer<typeof block>;
export type WireMessage = z.infer<typeof message>;
export type MessagesRequest = z.infer<typeof messagesRequest>;
/** The part of a request that consumes input tokens. */
export type PricedRequest = z.infer<typeof countTokensRequest>;

/** Returns a message's content as blocks, from either of its two forms. */
export const blocksOf = (message: WireMessage): Block[] =>
  typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;

/** Returns a tool result's text, from either of its two forms. */
export const resultText = (result: Extract<Block, { type: "tool_result" }>): string =>
  typeof result.content === "string"
    ? result.content
    : (result.content ?? []).map((part) => (part.type === "text" ? part.text : "")).join("\n");
