import { tokensIn } from "../model/estimate.ts";
import type { ModelMessage, ModelRequest, ToolUseBlock, TurnBlock, UserBlock } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { type CompactionPlan, elideInput, elideResult, truncateResult } from "./elide.ts";
import { splitHistory } from "./history.ts";
import { imageTokens } from "./images-that-fit.ts";
import type { RunAgentInput } from "./loop-state.ts";

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
    const content = place < left.results ? elideResult(result) : truncateResult(result, left.longest / calls.length);
    return [{ type: "tool_result", toolUseId: call.id, content, isError: result.isError }];
  });
  const more = goOn[turn.stopReason];
  if (answers.length > 0) messages.push({ role: "user", content: answers });
  else if (more !== undefined) messages.push({ role: "user", content: [{ type: "text", text: more }] });
  return messages;
}

/** Estimates the size of a request in tokens. */
export const requestTokens = ({ system, tools, messages }: ModelRequest): number =>
  estimateTokens({ system: system.stable + system.own, tools, messages });

/** Estimates the size of a request's parts in tokens: coarse, on the high side, with a flat rate per image. */
export function estimateTokens(parts: { system: string; tools: unknown; messages: ModelMessage[] }): number {
  const images = parts.messages.flatMap((message) => message.content.filter((block) => block.type === "image"));
  const data = new Set(images.map((image) => image.data));
  const messages = JSON.stringify(parts.messages, (_key, value: unknown) =>
    typeof value === "string" && data.has(value) ? "" : value,
  );
  return tokensIn(parts.system + JSON.stringify(parts.tools) + messages) + images.length * imageTokens;
}
