import type { Message } from "../../contract/index.ts";
import type { ModelMessage, ToolUseBlock, TurnBlock, UserBlock } from "../model/port.ts";
import type { StoredResult, StoredStep } from "../ports.ts";
import type { RunAgentInput } from "./run.ts";

export const callsOf = (content: TurnBlock[]): ToolUseBlock[] =>
  content.filter((block): block is ToolUseBlock => block.type === "tool_use");

type Task = Pick<RunAgentInput, "history" | "prompt" | "images">;

const goOn = "Your answer was cut off at the output limit. Go on exactly where it stopped.";
const leftOut = "(Left out to make room. Call the tool again if you need it.)";

/** How much of the earlier conversation goes with a prompt, in characters, at each level of trimming. */
const historyRoom = [40_000, 8_000, 0];

/** The whole conversation of a run as the next request carries it, from what is stored alone. */
export function conversationOf({ history, prompt, images }: Task, steps: StoredStep[], trim = 0): ModelMessage[] {
  const messages: ModelMessage[] = historyOf(history, historyRoom[trim] ?? 0);
  messages.push({
    role: "user",
    // The person's own words come last: whatever else a message carries stands before them.
    content: [...images.map((image) => ({ type: "image" as const, ...image })), { type: "text", text: prompt }],
  });
  const kept = trim === 0 ? Number.POSITIVE_INFINITY : 3 - trim;
  for (const [place, { turn, results }] of steps.entries()) {
    if (turn.content.length > 0) messages.push({ role: "assistant", content: turn.content });
    const answers = resultsOf(callsOf(turn.content), results, steps.length - place <= kept);
    if (answers.length > 0) messages.push({ role: "user", content: answers });
    else if (turn.stopReason === "max_tokens") messages.push({ role: "user", content: [{ type: "text", text: goOn }] });
  }
  return messages;
}

function resultsOf(calls: ToolUseBlock[], results: StoredStep["results"], whole: boolean): UserBlock[] {
  return calls.flatMap((call, place): UserBlock[] => {
    const result: StoredResult | undefined = results.get(place);
    if (result === undefined) return [];
    const content = whole || result.content.length < 500 ? result.content : leftOut;
    return [{ type: "tool_result", toolUseId: call.id, content, isError: result.isError }];
  });
}

/**
 * What was said before, the newest kept when there is no room for all. Not which tools were used: a model that reads of
 * that as text begins to write it instead of calling them.
 */
function historyOf(history: Message[], room: number): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let left = room;
  for (const message of history.toReversed()) {
    const text = textOf(message);
    left -= text.length;
    if (left < 0) break;
    if (text !== "") messages.unshift({ role: message.role, content: [{ type: "text", text }] });
  }
  // A conversation begins with the person.
  const first = messages.findIndex((message) => message.role === "user");
  return first < 0 ? [] : messages.slice(first);
}

const textOf = ({ content }: Message): string =>
  content.flatMap((part) => (part.type === "text" && part.text.trim() !== "" ? [part.text] : [])).join("\n\n");

/** A coarse count of what a request holds, on the high side: three characters to a token, and a flat rate for an image. */
export function estimateTokens(parts: { system: string; tools: unknown; messages: ModelMessage[] }): number {
  const images = parts.messages.flatMap((message) => message.content.filter((block) => block.type === "image"));
  const weight = images.reduce((total, block) => total + block.data.length, 0);
  const characters = parts.system.length + JSON.stringify(parts.tools).length + JSON.stringify(parts.messages).length;
  return Math.ceil((characters - weight) / 3) + images.length * 1_600;
}
