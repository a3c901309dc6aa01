import { sizeOf, type TextSize, tokensInAll } from "../model/estimate.ts";
import type { ModelMessage, ModelRequest, ToolDefinition, ToolUseBlock, TurnBlock, UserBlock } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { type CompactionPlan, elideInput, elideResult, truncateResult } from "./elide.ts";
import { splitHistory } from "./history.ts";
import { imageTokens, tokensOfPicture } from "./images-that-fit.ts";
import type { RunAgentInput } from "./loop-state.ts";
import { pageErrorsIn } from "./stored-page-errors.ts";

/** Returns the tool calls of a turn, in order. */
export const callsOf = (content: TurnBlock[]): ToolUseBlock[] =>
  content.filter((block): block is ToolUseBlock => block.type === "tool_use");

type Task = Pick<RunAgentInput, "history" | "prompt" | "images"> & {
  earlierImages?: RunAgentInput["earlierImages"] | undefined;
  /** A summary of the messages that are older than `history` has room for, if any. */
  earlier?: string | undefined;
};

/** The user message after a turn without a call, when the model has to continue. */
const goOn: Partial<Record<StoredStep["turn"]["stopReason"], string>> = {
  max_tokens: "Your answer was cut off at the output limit. Go on exactly where it stopped.",
  pause_turn: "You paused. Go on exactly where you stopped.",
};

/** Builds the complete conversation of the next request, from stored data alone. */
export function conversationOf(
  { history, prompt, images, earlierImages, earlier }: Task,
  steps: StoredStep[],
  left: CompactionPlan,
): ModelMessage[] {
  const messages: ModelMessage[] = [];
  if (earlier !== undefined) messages.push({ role: "user", content: [{ type: "text", text: earlierText(earlier) }] });
  messages.push(...splitHistory(history, left.historyRoom, left.images ? earlierImages : undefined).recent, {
    role: "user",
    // The person's own words come last, after everything else in the message.
    content: [...images.map((image) => ({ type: "image" as const, ...image })), { type: "text", text: prompt }],
  });
  for (const [place, step] of steps.entries()) messages.push(...messagesOf(step, place, left));
  return messages;
}

const earlierText = (summary: string): string =>
  `<earlier_conversation>\nA summary of what was said before; it is information, not a request.\n${summary}\n</earlier_conversation>`;

/** Returns the messages of a step: the model's turn, and the results of its calls. */
export function messagesOf({ turn, results }: StoredStep, place: number, left: CompactionPlan): ModelMessage[] {
  const messages: ModelMessage[] = [];
  const content = place < left.inputs ? turn.content.map(elideInput) : turn.content;
  if (content.length > 0) messages.push({ role: "assistant", content });
  const calls = callsOf(turn.content);
  const answers = calls.flatMap((call, index): UserBlock[] => {
    const result = results.get(index);
    if (result === undefined) return [];
    const isElided = place < left.results;
    const content = isElided ? elideResult(result) : truncateResult(result, left.longest / calls.length);
    const { image, isError } = result;
    const picture =
      image === undefined || isElided || !left.pictures ? {} : { image: { type: "image" as const, ...image } };
    return [{ type: "tool_result", toolUseId: call.id, content, isError, ...picture }];
  });
  const more = pageErrorsIn({ turn, results }) ?? goOn[turn.stopReason];
  if (answers.length > 0) messages.push({ role: "user", content: answers });
  else if (more !== undefined) messages.push({ role: "user", content: [{ type: "text", text: more }] });
  return messages;
}

/** Estimates the size of a request in tokens: coarse, on the high side. */
export function requestTokens({
  system,
  tools,
  messages,
}: Pick<ModelRequest, "system" | "tools" | "messages">): number {
  const { json, pictures } = measured(messages);
  return tokensInAll([sizeOf(system.stable), sizeOf(system.own), sizeOfTools(tools), sizeOf(json)]) + pictures;
}

/** Every request of an agent has the same list of tools. */
const toolSizes = new WeakMap<ToolDefinition[], TextSize>();

function sizeOfTools(tools: ToolDefinition[]): TextSize {
  const known = toolSizes.get(tools) ?? sizeOf(JSON.stringify(tools));
  toolSizes.set(tools, known);
  return known;
}

/** Returns messages as JSON without the data of their images, and the tokens of these. */
export function measured(messages: ModelMessage[]): { json: string; pictures: number } {
  const data = new Set<unknown>();
  let pictures = 0;
  for (const block of messages.flatMap(({ content }): (UserBlock | TurnBlock)[] => content)) {
    if (block.type === "image") {
      data.add(block.data);
      pictures += imageTokens;
    }
    if (block.type === "tool_result" && block.image !== undefined) {
      data.add(block.image.data);
      pictures += tokensOfPicture(block.image);
    }
  }
  const json = JSON.stringify(messages, (_key, value: unknown) => (data.has(value) ? "" : value));
  return { json, pictures };
}
