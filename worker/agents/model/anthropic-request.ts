import type Anthropic from "@anthropic-ai/sdk";
import { unreachable } from "../../errors.ts";
import { maxAnswerTokensOf } from "./context-window.ts";
import type { ModelMessage, ModelRequest, TurnBlock, UserBlock } from "./port.ts";
import { thinkingOf } from "./thinking.ts";

type Params = Anthropic.MessageCreateParamsStreaming;

const cached = { cache_control: { type: "ephemeral" as const } };
/** Maximum output tokens for other servers: local ones reserve room for the answer in a context that is often small. */
const modestAnswer = 8_192;

/**
 * Converts a request to the Messages API's parameters.
 * @param full whether the server is Claude's own; others get only what every implementation understands, without cache
 * breakpoints, eager tool input and thinking
 */
export function paramsOf(request: ModelRequest, model: string, full: boolean): Params {
  const { system, tools, messages, maxTokens } = request;
  const offered = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: { ...inputSchema, type: "object" as const },
    ...(full ? { eager_input_streaming: true } : {}),
  }));
  const longest = Math.min(maxTokens, maxAnswerTokensOf(model), full ? maxTokens : modestAnswer);
  const thinking = full ? thinkingOf(request.tier, model, longest) : null;
  const spoken = messages.map(messageOf).filter(({ content }) => content.length > 0);
  return {
    model,
    stream: true,
    max_tokens: longest,
    // The cache breakpoints: tools and the agent's text (the same for all its runs), the project, and the conversation
    // so far.
    system: full ? marked(system) : [system.stable, system.own].filter((text) => text !== "").join("\n\n"),
    ...(offered.length === 0 ? {} : { tools: offered }),
    ...(thinking === null ? {} : { thinking }),
    messages: full ? withLastMarked(spoken) : spoken,
  };
}

const marked = ({ stable, own }: ModelRequest["system"]): Anthropic.TextBlockParam[] =>
  [stable, own].filter((text) => text !== "").map((text) => ({ type: "text", text, ...cached }));

type Spoken = { role: "user" | "assistant"; content: Anthropic.ContentBlockParam[] };

function messageOf(message: ModelMessage): Spoken {
  if (message.role === "user") return { role: "user", content: message.content.map(userBlock) };
  return { role: "assistant", content: message.content.flatMap(turnBlock) };
}

function userBlock(block: UserBlock): Anthropic.ContentBlockParam {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text.toWellFormed() };
    case "image":
      return imageBlock(block);
    case "tool_result":
      return {
        type: "tool_result",
        tool_use_id: block.toolUseId,
        content: resultContent(block),
        ...(block.isError ? { is_error: true } : {}),
      };
    default:
      return unreachable(block);
  }
}

type ResultBlock = Extract<UserBlock, { type: "tool_result" }>;

/** Returns a result's text and, if it has one, its picture; the API refuses an empty text beside a picture. */
function resultContent({ content, image }: ResultBlock): NonNullable<Anthropic.ToolResultBlockParam["content"]> {
  // A truncated text may end in half a surrogate pair, which the API refuses.
  const text = content.toWellFormed();
  if (image === undefined) return text;
  return [{ type: "text", text: text === "" ? "The page:" : text }, imageBlock(image)];
}

const imageBlock = ({ mediaType, data }: Extract<UserBlock, { type: "image" }>): Anthropic.ImageBlockParam => ({
  type: "image",
  source: { type: "base64", media_type: mediaType, data },
});

function turnBlock(block: TurnBlock): Anthropic.ContentBlockParam[] {
  switch (block.type) {
    case "text":
      // The API refuses an empty text.
      return block.text.trim() === "" ? [] : [{ type: "text", text: block.text }];
    case "thinking":
    case "redacted_thinking":
      return [block];
    case "tool_use":
      return [{ type: "tool_use", id: block.id, name: block.name, input: block.input }];
    default:
      return unreachable(block);
  }
}

/** Sets a cache breakpoint at the end of the conversation, so that the next step reads all of it from the cache. */
function withLastMarked(messages: Spoken[]): Spoken[] {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last === undefined || block === undefined) return messages;
  if (block.type !== "text" && block.type !== "tool_result" && block.type !== "image") return messages;
  return [...messages.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), { ...block, ...cached }] }];
}
