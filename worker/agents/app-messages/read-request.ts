import { z } from "zod";
import { lazily } from "../../contract/index.ts";
import type { ModelMessage, ModelRequest, UserBlock } from "../model/port.ts";

const maxMessages = 200;
const maxCharacters = 400_000;
const maxAnswerTokens = 8_192;

const shapes = lazily(() => {
  const text = z.strictObject({ type: z.literal("text"), text: z.string() });
  const image = z.strictObject({
    type: z.literal("image"),
    source: z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
      data: z.base64(),
    }),
  });
  const message = z.discriminatedUnion("role", [
    z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(z.union([text, image])).min(1)]) }),
    z.strictObject({ role: z.literal("assistant"), content: z.union([z.string(), z.array(text).min(1)]) }),
  ]);

  // The part of the Messages API that apps may use, with tiers in place of models.
  const request = z.strictObject({
    model: z.enum(["fast", "balanced", "deep"]).default("fast"),
    system: z.string().default(""),
    messages: z.array(message).min(1).max(maxMessages),
    max_tokens: z.int().min(1).max(maxAnswerTokens).default(1_024),
    stream: z.boolean().default(false),
  });
  return { text, image, message, request };
});

/** A request of an app for a model's message. */
export type AppRequestForMessage = { request: ModelRequest; isStreamed: boolean; characters: number };

/**
 * Parses an app's request.
 * @returns the request for the model, or a sentence that names the fault
 */
export function readRequest(input: unknown): AppRequestForMessage | string {
  const parsed = shapes.request.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join(".") || "The request"}: ${issue?.message ?? "not valid"}`;
  }
  const { model, system, messages, max_tokens: maxTokens, stream } = parsed.data;
  const characters = JSON.stringify(messages).length + system.length;
  if (characters > maxCharacters) return `The request has ${characters} characters; the maximum is ${maxCharacters}.`;
  if (messages.at(-1)?.role !== "user") return "messages: The last message must have the role user.";
  return {
    isStreamed: stream,
    characters,
    request: {
      tier: model,
      system: { stable: system, own: "" },
      tools: [],
      messages: messages.map(toModelMessage),
      maxTokens,
    },
  };
}

function toModelMessage({ role, content }: z.infer<typeof shapes.message>): ModelMessage {
  if (role === "assistant") {
    const blocks = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    return { role, content: blocks };
  }
  const blocks = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return { role, content: blocks.map(toBlock) };
}

const toBlock = (block: z.infer<typeof shapes.text> | z.infer<typeof shapes.image>): UserBlock =>
  block.type === "text" ? block : { type: "image", mediaType: block.source.media_type, data: block.source.data };
