import type { z } from "zod";
import { ApiError } from "./api-error.ts";
import { type Block, blocksOf, type MessagesRequest, type PricedRequest, type WireMessage } from "./wire.ts";

const refuse = (message: string): never => {
  throw new ApiError("invalid_request_error", message);
};

/**
 * Parses a body and checks the rules that a schema cannot express.
 * @throws ApiError `invalid_request_error`, worded like the API's own ("messages.0.role: …")
 */
export function parseRequest<T extends PricedRequest | MessagesRequest>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const extra =
      issue?.code === "unrecognized_keys" ? `${issue.keys.join(", ")}: Extra inputs are not permitted` : undefined;
    const where = issue?.path.join(".");
    return refuse([where, extra ?? issue?.message ?? "invalid request"].filter(Boolean).join(": "));
  }
  checkTools(parsed.data);
  checkTurns(parsed.data);
  checkCacheMarks(parsed.data);
  return parsed.data;
}

function checkTools({ tools = [], tool_choice, messages }: PricedRequest): void {
  const names = new Set(tools.map((tool) => tool.name));
  if (names.size !== tools.length) refuse("tools: Tool names must be unique.");
  if (tool_choice?.type === "tool" && !names.has(tool_choice.name)) {
    refuse(`tool_choice: Tool '${tool_choice.name}' not found in provided tools`);
  }
  if (tool_choice && tool_choice.type !== "none" && tools.length === 0) {
    refuse("tool_choice: tool_choice may only be specified while providing tools.");
  }
  const used = messages.some((message) => blocksOf(message).some((block) => block.type === "tool_use"));
  if (used && tools.length === 0)
    refuse("Requests which include `tool_use` or `tool_result` blocks must define tools.");
}

type Numbered = { index: number; role: WireMessage["role"]; blocks: Block[] };

/** Merges consecutive messages of one role into one turn, as the API does. */
function turnsOf(messages: WireMessage[]): Numbered[] {
  const turns: Numbered[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "system") continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocksOf(message));
    else turns.push({ index, role: message.role, blocks: [...blocksOf(message)] });
  }
  return turns;
}

function checkTurns({ messages }: PricedRequest): void {
  const turns = turnsOf(messages);
  if (turns[0]?.role !== "user") refuse('messages: first message must use the "user" role');
  if (turns.at(-1)?.role === "assistant") {
    refuse("This model does not support assistant message prefill. The conversation must end with a user message.");
  }
  const seen = new Set<string>();
  for (const [place, turn] of turns.entries()) {
    if (turn.role === "assistant") checkAssistant(turn, turns[place + 1], seen);
    else checkUser(turn, turns[place - 1]);
  }
}

function checkAssistant(turn: Numbered, next: Numbered | undefined, seen: Set<string>): void {
  const resultIds = new Set(next?.blocks.map((block) => (block.type === "tool_result" ? block.tool_use_id : "")));
  for (const [place, block] of turn.blocks.entries()) {
    if (block.type === "tool_result")
      refuse(`messages.${turn.index}: \`tool_result\` blocks can only be in \`user\` messages`);
    if (block.type !== "tool_use") continue;
    if (seen.has(block.id)) refuse(`messages.${turn.index}.content.${place}: \`tool_use\` ids must be unique`);
    seen.add(block.id);
    if (!resultIds.has(block.id)) {
      refuse(
        `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${block.id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    }
  }
}

function checkUser(turn: Numbered, before: Numbered | undefined): void {
  const callIds = new Set(before?.blocks.map((block) => (block.type === "tool_use" ? block.id : "")));
  const resultIds = new Set<string>();
  let other = false;
  for (const [place, block] of turn.blocks.entries()) {
    const where = `messages.${turn.index}.content.${place}`;
    if (block.type === "tool_use")
      refuse(`messages.${turn.index}: \`tool_use\` blocks can only be in \`assistant\` messages`);
    if (block.type !== "tool_result") {
      other = true;
      continue;
    }
    if (!callIds.has(block.tool_use_id)) {
      refuse(
        `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (resultIds.has(block.tool_use_id))
      refuse(
        `${where}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${block.tool_use_id}`,
      );
    if (other) refuse(`${where}: \`tool_result\` blocks must come before other content in a \`user\` message`);
    resultIds.add(block.tool_use_id);
  }
}

function checkCacheMarks(request: PricedRequest): void {
  const system = Array.isArray(request.system) ? request.system : [];
  const blocks = request.messages.flatMap(blocksOf);
  const marked = [...(request.tools ?? []), ...system, ...blocks].filter(
    (part) => "cache_control" in part && part.cache_control,
  );
  const found = marked.length + (request.cache_control ? 1 : 0);
  if (found > 4) refuse(`A maximum of 4 blocks with cache_control may be provided. Found ${found}.`);
}
